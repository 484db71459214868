package org.moslora.onnx.graph;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.moslora.tensors.FiniteChannel;
import org.moslora.tensors.TensorData;

/**
 * Writes a graph as a file. The weights are streamed one after the other into the message, or beside it into {@code
 * NAME.onnx_data}, so that never more than one of them is in memory.
 */
public final class GraphFile {
    /** The operator set that the graphs are written in: the first that has layer norm. */
    static final int OPSET = 17;

    private static final int IR_VERSION = 8;
    /** A message holds less than 2 GiB; some of that is the graph. */
    private static final long MOST_INSIDE = 2_000_000_000L;
    /** Smaller tensors stay in the graph: readers need biases and the like before they open anything else. */
    private static final long LEAST_OUTSIDE = 1024;
    /** So that readers can map every tensor. */
    private static final long ALIGNMENT = 4096;

    private final Graph graph;
    private final Function<String, TensorData> data;

    private GraphFile(Graph graph, Function<String, TensorData> data) {
        this.graph = graph;
        this.data = data;
    }

    /**
     * Writes a graph with its weights.
     *
     * @param file in a folder that exists
     * @param data a weight by the model's name, in the graph's format
     * @param external whether the weights lie in a file of their own even if they need not
     */
    public static void write(Path file, Graph graph, Function<String, TensorData> data, boolean external)
            throws IOException {
        new GraphFile(graph, data).write(file, external);
    }

    /** A graph without weights, as the bytes of its file. */
    public static byte[] bytes(Graph graph) {
        return head(graph).setGraph(graph.skeleton()).build().toByteArray();
    }

    private static ModelProto.Builder head(Graph graph) {
        ModelProto.Builder head = ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .setProducerName("moslora")
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET));
        return graph.attends()
                ? head.addOpsetImport(AttentionFunction.operators()).addFunctions(AttentionFunction.proto())
                : head;
    }

    /** A weight: what stands in the message about it, and where its bytes come from. */
    private record Weight(TensorProto header, TensorData data, boolean outside) {
        long bytes() {
            return data.info().byteSize();
        }

        /** Bytes of the whole tensor in the message. */
        long size() {
            long own = header.getSerializedSize();
            return outside
                    ? own
                    : own
                            + CodedOutputStream.computeTagSize(TensorProto.RAW_DATA_FIELD_NUMBER)
                            + CodedOutputStream.computeUInt64SizeNoTag(bytes())
                            + bytes();
        }
    }

    private void write(Path file, boolean external) throws IOException {
        List<TensorData> all = new ArrayList<>();
        graph.weights().keySet().forEach(name -> all.add(data.apply(name)));
        long sum = all.stream().mapToLong(one -> one.info().byteSize()).sum();
        String outside = external || sum > MOST_INSIDE ? file.getFileName() + "_data" : "";
        List<Weight> weights = placed(all, outside);
        try (OutputStream stream =
                new BufferedOutputStream(Files.newOutputStream(file, StandardOpenOption.CREATE_NEW))) {
            writeModel(stream, weights);
        }
        if (!outside.isEmpty()) {
            writeOutside(file.resolveSibling(outside), weights);
        }
    }

    private List<Weight> placed(List<TensorData> all, String outside) {
        List<Weight> weights = new ArrayList<>();
        List<GraphValue> values = List.copyOf(graph.weights().values());
        long offset = 0;
        for (int i = 0; i < all.size(); i++) {
            GraphValue value = values.get(i);
            TensorData own = all.get(i);
            checkFits(value, own);
            TensorProto.Builder header = TensorProto.newBuilder()
                    .setName(value.name())
                    .setDataType(value.element().code());
            value.axes().forEach(axis -> header.addDims(axis.size()));
            boolean beside = !outside.isEmpty() && own.info().byteSize() >= LEAST_OUTSIDE;
            if (beside) {
                header.setDataLocation(TensorProto.DataLocation.EXTERNAL)
                        .addExternalData(entry("location", outside))
                        .addExternalData(entry("offset", Long.toString(offset)))
                        .addExternalData(
                                entry("length", Long.toString(own.info().byteSize())));
                offset = aligned(offset + own.info().byteSize());
            }
            weights.add(new Weight(header.build(), own, beside));
        }
        return weights;
    }

    private static void checkFits(GraphValue value, TensorData own) {
        List<Long> shape = value.axes().stream().map(Axis::size).toList();
        if (own.info().dtype() != value.element().stored()
                || !own.info().shape().equals(shape)) {
            throw new IllegalStateException(value + " is to be written as " + own.info());
        }
    }

    private void writeModel(OutputStream stream, List<Weight> weights) throws IOException {
        GraphProto skeleton = graph.skeleton();
        long size = skeleton.getSerializedSize();
        for (Weight weight : weights) {
            size += CodedOutputStream.computeTagSize(GraphProto.INITIALIZER_FIELD_NUMBER)
                    + CodedOutputStream.computeUInt64SizeNoTag(weight.size())
                    + weight.size();
        }
        CodedOutputStream out = CodedOutputStream.newInstance(stream);
        head(graph).build().writeTo(out);
        out.writeTag(ModelProto.GRAPH_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);
        out.writeUInt64NoTag(size);
        skeleton.writeTo(out);
        for (Weight weight : weights) {
            out.writeTag(GraphProto.INITIALIZER_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);
            out.writeUInt64NoTag(weight.size());
            weight.header().writeTo(out);
            if (!weight.outside()) {
                out.writeTag(TensorProto.RAW_DATA_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);
                out.writeUInt64NoTag(weight.bytes());
                out.flush();
                writeWhole(weight, Channels.newChannel(stream));
            }
        }
        out.flush();
    }

    private static void writeOutside(Path file, List<Weight> weights) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (Weight weight : weights) {
                if (weight.outside()) {
                    channel.position(aligned(channel.size()));
                    writeWhole(weight, channel);
                }
            }
        }
    }

    private static void writeWhole(Weight weight, WritableByteChannel channel) throws IOException {
        Counting counting = new Counting(channel);
        FiniteChannel.write(weight.data(), counting);
        if (counting.written != weight.bytes()) {
            throw new IllegalStateException(weight.data().info() + " wrote " + counting.written + " bytes");
        }
    }

    /** Counts what goes through. */
    private static final class Counting implements WritableByteChannel {
        private final WritableByteChannel channel;
        private long written;

        private Counting(WritableByteChannel channel) {
            this.channel = channel;
        }

        @Override
        public int write(java.nio.ByteBuffer source) throws IOException {
            int count = channel.write(source);
            written += count;
            return count;
        }

        @Override
        public boolean isOpen() {
            return channel.isOpen();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    private static StringStringEntryProto entry(String key, String value) {
        return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
    }

    private static long aligned(long offset) {
        return (offset + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }
}
