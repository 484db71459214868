package org.moslora.onnx.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnxruntime.OnnxTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.onnx.session.GraphHeader;
import org.moslora.onnx.session.RunSettings;
import org.moslora.onnx.session.RunningGraph;
import org.moslora.problems.NotFinite;
import org.moslora.tensors.TensorData;
import org.moslora.tensors.TensorInfo;

/** A graph's file: weights of any size, in it or beside it, come out of it as they went in, streamed one after the other. */
final class GraphFileTest {
    /** About the size from which weights lie outside, and about that to which they are aligned. */
    private static final int[] COUNTS = {1, 255, 256, 257, 1024, 1025, 3, 2048, 5000};

    @TempDir
    private Path folder;

    private static MemoryWeights weights() {
        MemoryWeights weights = new MemoryWeights();
        for (int i = 0; i < COUNTS.length; i++) {
            weights.with("w" + i, PlainArray.random(i, COUNTS[i]));
        }
        return weights;
    }

    /** Gives every weight back. */
    private static Graph graph(MemoryWeights weights, Element stored) {
        Graph graph = new Graph("weights", weights, stored);
        GraphValue x = graph.input("x", Element.FLOAT, Axis.of(1));
        for (String name : weights.names()) {
            GraphValue own = new Operators(graph).cast(graph.weight(name), Element.FLOAT);
            graph.output("out_" + name, new Operators(graph).add(own, x), own.axis(0));
        }
        return graph;
    }

    private Path written(MemoryWeights weights, Element stored, boolean external) throws IOException {
        Path file = folder.resolve("model.onnx");
        GraphFile.write(file, graph(weights, stored), name -> weights.data(name, stored), external);
        return file;
    }

    @ParameterizedTest
    @CsvSource({"FLOAT, false", "FLOAT, true", "HALF, false", "HALF, true"})
    void everyWeightIsReadAsItWas(Element stored, boolean external) throws Exception {
        MemoryWeights weights = weights();
        Path file = written(weights, stored, external);
        assertThat(Files.exists(folder.resolve("model.onnx_data"))).isEqualTo(external);
        Set<String> outputs = new java.util.TreeSet<>();
        weights.names().forEach(name -> outputs.add("out_" + name));
        try (RunningGraph running = RunningGraph.open(GraphHeader.read(file), RunSettings.of("cpu", 1));
                OnnxTensor zero = RunningGraph.tensor(RunningGraph.floats(1), 1);
                var made = running.run(Map.of("x", zero), outputs, Map.of(), null, false)) {
            for (String name : weights.names()) {
                PlainArray read = GraphTrial.numbers(made.get("out_" + name).orElseThrow());
                double share = stored == Element.HALF ? 1e-3 : 0;
                GraphTrial.assertAlike(read, weights.tensor(name), share);
            }
        }
    }

    @Test
    void weightsBesideTheGraphAreAlignedWholeAndInOrder() throws IOException {
        MemoryWeights weights = weights();
        Path file = written(weights, Element.FLOAT, true);
        byte[] beside = Files.readAllBytes(folder.resolve("model.onnx_data"));
        long end = 0;
        List<String> inside = new ArrayList<>();
        for (TensorProto weight : initialisers(file)) {
            if (weight.getExternalDataCount() == 0) {
                inside.add(weight.getName());
                continue;
            }
            int offset = Integer.parseInt(value(weight, "offset"));
            int length = Integer.parseInt(value(weight, "length"));
            assertThat(value(weight, "location")).isEqualTo("model.onnx_data");
            assertThat(offset % 4096).as("others map them, page by page").isZero();
            assertThat((long) offset).isGreaterThanOrEqualTo(end);
            float[] read = new float[length / 4];
            ByteBuffer.wrap(beside, offset, length)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer()
                    .get(read);
            assertThat(read).containsExactly(weights.tensor(weight.getName()).floats());
            end = (long) offset + length;
        }
        assertThat(beside).hasSize(Math.toIntExact(end));
        assertThat(inside).as("below a kibibyte").containsExactly("w0", "w1", "w6");
    }

    private static List<TensorProto> initialisers(Path file) throws IOException {
        return ModelProto.parseFrom(Files.readAllBytes(file)).getGraph().getInitializerList().stream()
                .filter(weight -> weight.getName().startsWith("w"))
                .toList();
    }

    private static String value(TensorProto weight, String key) {
        return weight.getExternalDataList().stream()
                .filter(entry -> entry.getKey().equals(key))
                .findFirst()
                .orElseThrow()
                .getValue();
    }

    @Test
    void aWeightThatIsReadTwiceIsHeldOnce() throws IOException {
        MemoryWeights weights =
                new MemoryWeights().with("w", PlainArray.random(1, 3)).with("unread", PlainArray.of(1));
        Graph graph = new Graph("twice", weights, Element.FLOAT);
        graph.output("y", new Operators(graph).add(graph.weight("w"), graph.weight("w")), Axis.of(3));
        Path file = folder.resolve("twice.onnx");
        GraphFile.write(file, graph, name -> weights.data(name, Element.FLOAT), false);
        ModelProto model = ModelProto.parseFrom(Files.readAllBytes(file));
        assertThat(model.getGraph().getInitializerList())
                .extracting(TensorProto::getName)
                .containsExactly("w");
    }

    @Test
    void theSameGraphGivesTheSameBytes() throws IOException {
        byte[] first = Files.readAllBytes(written(weights(), Element.FLOAT, false));
        Files.delete(folder.resolve("model.onnx"));
        assertThat(Files.readAllBytes(written(weights(), Element.FLOAT, false))).isEqualTo(first);
    }

    @Test
    void whatIsThereIsNotWrittenOver() throws IOException {
        Path file = Files.writeString(folder.resolve("model.onnx"), "somebody's");
        assertThatThrownBy(() -> written(weights(), Element.FLOAT, false))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(file).hasContent("somebody's");
    }

    @Test
    void aWeightOfAnotherShapeOrFormatIsRefusedBeforeAnythingIsWritten() {
        MemoryWeights weights = weights();
        Graph graph = graph(weights, Element.FLOAT);
        Path file = folder.resolve("model.onnx");
        assertThatThrownBy(() -> GraphFile.write(file, graph, name -> weights.data(name, Element.HALF), false))
                .hasMessageContainingAll("w0", "F16");
        MemoryWeights others = weights().with("w4", PlainArray.random(1, 1023));
        assertThatThrownBy(() -> GraphFile.write(file, graph, name -> others.data(name, Element.FLOAT), true))
                .hasMessageContainingAll("w4", "1024", "1023");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aWeightThatGivesTooFewBytesIsNotTakenForWhole() {
        MemoryWeights weights = weights();
        Path file = folder.resolve("model.onnx");
        assertThatThrownBy(() -> GraphFile.write(
                        file,
                        graph(weights, Element.FLOAT),
                        name -> shortened(weights.data(name, Element.FLOAT)),
                        false))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll("w2", "wrote 512 bytes");
    }

    private static TensorData shortened(TensorData whole) {
        return !whole.info().name().equals("w2")
                ? whole
                : new TensorData() {
                    @Override
                    public TensorInfo info() {
                        return whole.info();
                    }

                    @Override
                    public void writeTo(WritableByteChannel channel) throws IOException {
                        channel.write(ByteBuffer.allocate(512));
                    }
                };
    }

    @ParameterizedTest
    @CsvSource({"NaN, FLOAT", "Infinity, FLOAT", "70000, HALF"})
    void aNumberThatNoWeightCanBeIsRefusedByName(float number, Element stored) {
        MemoryWeights weights = weights().with("w3", PlainArray.filled(i -> i[0] == 200 ? number : 1, 257));
        assertThatThrownBy(() -> written(weights, stored, true))
                .isInstanceOf(NotFinite.class)
                .hasMessageContainingAll("w3");
    }
}
