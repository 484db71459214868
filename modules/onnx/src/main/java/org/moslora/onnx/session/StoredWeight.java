package org.moslora.onnx.session;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.ExtensionRegistryLite;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.moslora.problems.InputFile;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.HalfFloats;

/** One small weight out of a graph's file or from beside it; everything else there is passed over. */
public final class StoredWeight {
    private final Path file;
    private final String name;
    private @Nullable ByteBuffer bytes;
    private int type;

    private StoredWeight(Path file, String name) {
        this.file = file;
        this.name = name;
    }

    /**
     * Reads a weight.
     *
     * @param name as the graph spells it
     * @throws InvalidInput if the graph has none of this name, or it is neither FLOAT nor FLOAT16
     */
    public static float[] read(GraphHeader graph, String name) {
        StoredWeight weight = new StoredWeight(graph.file(), name);
        try (InputStream stream = InputFile.stream(graph.file())) {
            CodedInputStream in = CodedInputStream.newInstance(stream);
            in.setSizeLimit(Integer.MAX_VALUE);
            OnnxHeaderReader.each(in, ModelProto.GRAPH_FIELD_NUMBER, weight::graph);
        } catch (IOException broken) {
            throw new InvalidInput(graph.file().toString(), "cannot be read: " + broken.getMessage());
        }
        return weight.floats();
    }

    private void graph(CodedInputStream in) throws IOException {
        OnnxHeaderReader.each(in, GraphProto.INITIALIZER_FIELD_NUMBER, this::weight);
    }

    private void weight(CodedInputStream in) throws IOException {
        String own = "";
        int code = 0;
        Map<String, String> outside = new LinkedHashMap<>();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            int field = WireFormat.getTagFieldNumber(tag);
            if (field == TensorProto.NAME_FIELD_NUMBER) {
                own = in.readString();
            } else if (field == TensorProto.DATA_TYPE_FIELD_NUMBER) {
                code = in.readInt32();
            } else if (field == TensorProto.EXTERNAL_DATA_FIELD_NUMBER && own.equals(name)) {
                StringStringEntryProto entry =
                        in.readMessage(StringStringEntryProto.parser(), ExtensionRegistryLite.getEmptyRegistry());
                outside.put(entry.getKey(), entry.getValue());
            } else if (field == TensorProto.RAW_DATA_FIELD_NUMBER && own.equals(name)) {
                bytes = ByteBuffer.wrap(in.readByteArray());
            } else {
                OnnxHeaderReader.skip(in, tag);
            }
        }
        if (own.equals(name)) {
            type = code;
            bytes = outside.isEmpty() ? bytes : outside(outside);
        }
    }

    private ByteBuffer outside(Map<String, String> where) throws IOException {
        try (FileChannel data = FileChannel.open(file.resolveSibling(String.valueOf(where.get("location"))))) {
            long offset = Long.parseLong(where.getOrDefault("offset", "0"));
            long length = Long.parseLong(where.getOrDefault("length", Long.toString(data.size() - offset)));
            return data.map(FileChannel.MapMode.READ_ONLY, offset, length);
        }
    }

    private float[] floats() {
        if (bytes == null || (type != DeclaredValue.FLOAT && type != DeclaredValue.HALF)) {
            throw new InvalidInput(file.toString(), "holds no " + name + " in fp32 or fp16");
        }
        ByteBuffer little = bytes.order(ByteOrder.LITTLE_ENDIAN);
        float[] values = new float[little.remaining() / (type == DeclaredValue.HALF ? 2 : 4)];
        for (int i = 0; i < values.length; i++) {
            values[i] = type == DeclaredValue.HALF ? HalfFloats.fromFloat16(little.getShort()) : little.getFloat();
        }
        return values;
    }
}
