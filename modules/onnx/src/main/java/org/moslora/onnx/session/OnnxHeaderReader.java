package org.moslora.onnx.session;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.ExtensionRegistryLite;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.moslora.problems.InputFile;
import org.moslora.problems.InvalidInput;

/** Reads a graph's file message by message and passes over nodes and weights, so that gigabytes cost nothing. */
final class OnnxHeaderReader {
    /** The newest operators that ONNX Runtime 1.24 knows. */
    private static final long NEWEST_OPSET = 25;
    /** The oldest that it still runs. */
    private static final long OLDEST_OPSET = 7;

    private static final int BUFFER = 1 << 16;

    private final Path file;
    private final Map<String, DeclaredValue> inputs = new LinkedHashMap<>();
    private final Map<String, DeclaredValue> outputs = new LinkedHashMap<>();
    private final Set<String> initialisers = new HashSet<>();
    private String producer = "";
    private boolean blockwise;
    private boolean graph;

    OnnxHeaderReader(Path file) {
        this.file = file;
    }

    GraphHeader read() {
        if (!Files.isRegularFile(file)) {
            throw new InvalidInput(file.toString(), "is missing; is the exported folder complete?");
        }
        try (InputStream stream = InputFile.stream(file)) {
            CodedInputStream in = CodedInputStream.newInstance(stream, BUFFER);
            in.setSizeLimit(Integer.MAX_VALUE);
            model(in);
        } catch (IOException | IllegalArgumentException broken) {
            throw new InvalidInput(file.toString(), "is no ONNX graph, or not all of one: " + first(broken));
        }
        if (!graph || outputs.isEmpty()) {
            throw new InvalidInput(file.toString(), "is no ONNX graph: there is nothing that it computes");
        }
        Map<String, DeclaredValue> optional = new LinkedHashMap<>(inputs);
        optional.keySet().retainAll(initialisers);
        inputs.keySet().removeAll(initialisers);
        return new GraphHeader(file, producer, blockwise, inputs, optional, outputs);
    }

    private static String first(Exception broken) {
        return String.valueOf(broken.getMessage()).split("\\R|\\. ")[0];
    }

    private void model(CodedInputStream in) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case ModelProto.PRODUCER_NAME_FIELD_NUMBER -> producer = in.readString();
                case ModelProto.OPSET_IMPORT_FIELD_NUMBER ->
                    opset(in.readMessage(OperatorSetIdProto.parser(), ExtensionRegistryLite.getEmptyRegistry()));
                case ModelProto.GRAPH_FIELD_NUMBER -> nested(in, this::graph);
                default -> skip(in, tag);
            }
        }
    }

    private void opset(OperatorSetIdProto opset) {
        blockwise |= opset.getDomain().equals(GraphHeader.RUNTIME);
        boolean own = opset.getDomain().isEmpty() || opset.getDomain().equals("ai.onnx");
        if (own && (opset.getVersion() > NEWEST_OPSET || opset.getVersion() < OLDEST_OPSET)) {
            throw new InvalidInput(
                    file.toString(),
                    "is of opset " + opset.getVersion() + ", and opsets " + OLDEST_OPSET + " to " + NEWEST_OPSET
                            + " run here; export it again with one of these");
        }
    }

    /** Reads the insides of a message. */
    @FunctionalInterface
    interface Inside {
        void read(CodedInputStream in) throws IOException;
    }

    private static void nested(CodedInputStream in, Inside inside) throws IOException {
        int limit = in.pushLimit(in.readRawVarint32());
        inside.read(in);
        in.checkLastTagWas(0);
        if (in.getBytesUntilLimit() > 0) { // a stream that ends between two fields looks like a message that does
            throw new IOException("it ends too soon");
        }
        in.popLimit(limit);
    }

    /** Reads the insides of all submessages of one field, and passes over everything else. */
    static void each(CodedInputStream in, int field, Inside inside) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (WireFormat.getTagFieldNumber(tag) == field) {
                nested(in, inside);
            } else {
                skip(in, tag);
            }
        }
    }

    private void graph(CodedInputStream in) throws IOException {
        graph = true;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case GraphProto.INPUT_FIELD_NUMBER ->
                    value(in.readMessage(ValueInfoProto.parser(), ExtensionRegistryLite.getEmptyRegistry()), inputs);
                case GraphProto.OUTPUT_FIELD_NUMBER ->
                    value(in.readMessage(ValueInfoProto.parser(), ExtensionRegistryLite.getEmptyRegistry()), outputs);
                case GraphProto.INITIALIZER_FIELD_NUMBER -> nested(in, this::initialiser);
                default -> skip(in, tag);
            }
        }
    }

    private static void value(ValueInfoProto value, Map<String, DeclaredValue> into) {
        TypeProto.Tensor tensor = value.getType().getTensorType();
        into.put(
                value.getName(),
                new DeclaredValue(
                        tensor.getElemType(),
                        tensor.getShape().getDimList().stream()
                                .map(OnnxHeaderReader::dim)
                                .toList()));
    }

    private static long dim(TensorShapeProto.Dimension dim) {
        return dim.hasDimValue() ? dim.getDimValue() : -1;
    }

    private void initialiser(CodedInputStream in) throws IOException {
        Map<String, String> external = new LinkedHashMap<>();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case TensorProto.NAME_FIELD_NUMBER -> initialisers.add(in.readString());
                case TensorProto.EXTERNAL_DATA_FIELD_NUMBER -> {
                    StringStringEntryProto entry =
                            in.readMessage(StringStringEntryProto.parser(), ExtensionRegistryLite.getEmptyRegistry());
                    external.put(entry.getKey(), entry.getValue());
                }
                default -> skip(in, tag);
            }
        }
        if (external.containsKey("location")) {
            outside(external);
        }
    }

    /** External data must lie in the graph's own folder, all of them. */
    private void outside(Map<String, String> external) throws IOException {
        String location = external.get("location");
        Path folder = file.toAbsolutePath().normalize().resolveSibling("").normalize();
        Path data = folder.resolve(location).normalize();
        if (!data.startsWith(folder)) {
            throw new InvalidInput(
                    file.toString(), "keeps weights in " + location + ", which points out of the folder");
        }
        if (!Files.isRegularFile(data)) {
            throw new InvalidInput(data.toString(), "is missing; " + file.getFileName() + " keeps its weights there");
        }
        if (!data.toRealPath().startsWith(folder.toRealPath())) {
            throw new InvalidInput(
                    file.toString(), "keeps weights in " + location + ", which is a link out of the folder");
        }
        long offset = Long.parseLong(external.getOrDefault("offset", "0"));
        long length = Long.parseLong(external.getOrDefault("length", "0"));
        if (offset < 0 || length < 0 || offset > Long.MAX_VALUE - length) {
            throw new InvalidInput(
                    file.toString(),
                    "reads " + length + " bytes of " + location + " from " + offset + ", which is nowhere");
        }
        long end = offset + length;
        if (Files.size(data) < end) {
            throw new InvalidInput(
                    data.toString(),
                    "has " + Files.size(data) + " bytes, but " + file.getFileName() + " reads up to " + end
                            + "; was it cut short?");
        }
    }

    static void skip(CodedInputStream in, int tag) throws IOException {
        if (!in.skipField(tag)) {
            throw new IOException("a group ends that never began");
        }
    }
}
