package org.moslora.onnx.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.moslora.onnx.graph.GraphTrial.assertAlike;
import static org.moslora.onnx.graph.GraphTrial.made;

import ai.onnx.proto.OnnxMl.ModelProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.onnx.session.GraphHeader;
import org.moslora.onnx.session.RunSettings;
import org.moslora.onnx.session.RunningGraph;

/** Attention, by scores or by the runtime's own kernel, is the weighted mean that its formula says; so are its helpers. */
final class AttentionTest {
    private static final int BATCH = 2;
    private static final int HEADS = 3;
    private static final int WIDTH = 4;

    @TempDir
    private Path folder;

    private static Layers layers(GraphTrial trial) {
        return new Layers(trial.graph, Element.FLOAT, path -> false);
    }

    /** Of rows [B·n, heads·d]. */
    private static PlainArray expected(PlainArray q, PlainArray k, PlainArray v) {
        int n = q.size(0) / BATCH;
        int m = k.size(0) / BATCH;
        return PlainArray.filled(
                i -> {
                    int picture = i[0] / n;
                    int head = i[1] / WIDTH;
                    double[] scores = new double[m];
                    for (int j = 0; j < m; j++) {
                        for (int e = head * WIDTH; e < (head + 1) * WIDTH; e++) {
                            scores[j] += q.at(i[0], e) * k.at(picture * m + j, e) / Math.sqrt(WIDTH);
                        }
                    }
                    double all = IntStream.range(0, m)
                            .mapToDouble(j -> Math.exp(scores[j]))
                            .sum();
                    return IntStream.range(0, m)
                            .mapToDouble(j -> Math.exp(scores[j]) / all * v.at(picture * m + j, i[1]))
                            .sum();
                },
                q.shape());
    }

    @ParameterizedTest
    @CsvSource({"5, 7", "1, 1", "1, 6", "6, 1"})
    void bothWaysAreTheFormula(int n, int m) {
        PlainArray q = PlainArray.random(1, (long) BATCH * n, HEADS * WIDTH);
        PlainArray k = PlainArray.random(2, (long) BATCH * m, HEADS * WIDTH);
        PlainArray v = PlainArray.random(3, (long) BATCH * m, HEADS * WIDTH);
        PlainArray wanted = expected(q, k, v);
        for (boolean upcast : new boolean[] {false, true}) {
            assertAlike(
                    made(t -> layers(t)
                            .attention(t.known(q), t.known(k), t.known(v), t.ops.vector((long) BATCH), HEADS, upcast)),
                    wanted);
            assertAlike(made(t -> scored(t, q, k, v, upcast)), wanted);
        }
    }

    private static GraphValue scored(GraphTrial t, PlainArray q, PlainArray k, PlainArray v, boolean upcast) {
        Layers layers = layers(t);
        GraphValue batch = t.ops.vector((long) BATCH);
        return layers.fromHeads(layers.attend(
                layers.byHead(t.known(q), batch, HEADS),
                layers.byHeadTurned(t.known(k), batch, HEADS),
                layers.byHead(t.known(v), batch, HEADS),
                null,
                upcast));
    }

    /** As it is by a runtime that has no kernel of this name. */
    @ParameterizedTest
    @CsvSource({"FLOAT, 1e-5", "HALF, 4e-3"})
    void theFunctionThatAGraphBringsAlongIsTheFormulaToo(Element element, double share) throws IOException {
        PlainArray q = PlainArray.random(4, BATCH * 3L, HEADS * WIDTH);
        PlainArray k = PlainArray.random(5, BATCH * 5L, HEADS * WIDTH);
        PlainArray v = PlainArray.random(6, BATCH * 5L, HEADS * WIDTH);
        Graph graph = new Graph("own");
        Layers layers = new Layers(graph, element, path -> false);
        GraphValue[] given = new GraphValue[3];
        for (int i = 0; i < given.length; i++) {
            given[i] = layers.narrow(graph.input(
                    "qkv".substring(i, i + 1), Element.FLOAT, Axis.unknown(), Axis.of((long) HEADS * WIDTH)));
        }
        GraphValue seen =
                layers.attention(given[0], given[1], given[2], layers.ops().vector((long) BATCH), HEADS, false);
        graph.output("seen", seen, Axis.unknown(), Axis.unknown());
        try (RunningGraph running = RunningGraph.open(GraphHeader.read(foreign(graph)), RunSettings.of("cpu", 1));
                var tensors = new Tensors(q, k, v);
                var result = running.run(tensors.byName, Set.of("seen"), Map.of(), null, false)) {
            assertAlike(GraphTrial.numbers(result.get(0)), expected(q, k, v), share);
        }
    }

    private record Tensors(Map<String, ai.onnxruntime.OnnxTensor> byName) implements AutoCloseable {
        Tensors(PlainArray q, PlainArray k, PlainArray v) {
            this(Map.of("q", GraphTrial.tensor(q), "k", GraphTrial.tensor(k), "v", GraphTrial.tensor(v)));
        }

        @Override
        public void close() {
            byName.values().forEach(ai.onnxruntime.OnnxTensor::close);
        }
    }

    /** The graph with the function under a name that no runtime has a kernel for. */
    private Path foreign(Graph graph) throws IOException {
        ModelProto.Builder model = ModelProto.parseFrom(GraphFile.bytes(graph)).toBuilder();
        model.getFunctionsBuilder(0).setDomain("elsewhere");
        model.getOpsetImportBuilder(1).setDomain("elsewhere");
        model.getGraphBuilder().getNodeBuilderList().stream()
                .filter(node -> node.getDomain().equals("com.microsoft"))
                .forEach(node -> node.setDomain("elsewhere"));
        return Files.write(folder.resolve("foreign.onnx"), model.build().toByteArray());
    }

    @Test
    void noPlaceLooksAtOneAfterIt() {
        PlainArray mask = made(t -> layers(t).causal(t.wholes(PlainArray.of(3))));
        double hidden = -Float.MAX_VALUE;
        assertAlike(
                mask, PlainArray.of(0, hidden, hidden, 0, 0, hidden, 0, 0, 0).shaped(3, 3));
    }

    @Test
    void aRowWithNothingToSeeSeesEverythingAlike() {
        PlainArray q = PlainArray.random(7, 1, 1, 2, WIDTH);
        PlainArray k = PlainArray.random(8, 1, 1, WIDTH, 3);
        PlainArray v = PlainArray.random(9, 1, 1, 3, WIDTH);
        PlainArray hidden = PlainArray.of(1, 1, 1, 1, 1, 0).shaped(2, 3);
        PlainArray seen = made(t -> {
            Layers layers = layers(t);
            GraphValue mask = layers.masked(t.ops.equal(t.wholes(hidden), t.ops.vector(1L)));
            return layers.attend(t.known(q), t.known(k), t.known(v), mask, false);
        });
        for (int e = 0; e < WIDTH; e++) {
            double mean = (v.at(0, 0, 0, e) + v.at(0, 0, 1, e) + v.at(0, 0, 2, e)) / 3;
            assertThat(seen.at(0, 0, 0, e)).isCloseTo(mean, within(1e-5));
            assertThat(seen.at(0, 0, 1, e)).isCloseTo(v.at(0, 0, 2, e), within(1e-5));
        }
    }

    @Test
    void picturesBecomeRowsAndRowsPictures() {
        PlainArray picture = PlainArray.random(10, 2, 3, 4, 5);
        assertAlike(
                made(t -> layers(t).rows(layers(t).turned(t.known(picture)))),
                PlainArray.filled(i -> picture.at(i[0] / 20, i[1], i[0] / 5 % 4, i[0] % 5), 40, 3));
        assertAlike(
                made(t -> {
                    GraphValue turned = layers(t).turned(t.known(picture));
                    return layers(t).picture(layers(t).rows(turned), turned);
                }),
                picture);
    }

    /** From torch 2.7.1: F.gelu, F.gelu(approximate="tanh"), F.silu, x * sigmoid(1.702 x), F.relu. */
    @ParameterizedTest
    @CsvSource({
        "gelu, 0 -0.004050225 -0.15426877 0 0.53062546 1.95449972 60",
        "gelu_pytorch_tanh, 0 -0.003637433 -0.15428600 0 0.53057015 1.95459771 60",
        "silu, 0 -0.14227761 -0.18877034 0 0.46773142 1.76159406 60",
        "quick_gelu, 0 -0.01807131 -0.14961156 0 0.53689396 1.93565857 60",
        "relu, 0 0 0 0 0.7 2 60"
    })
    void activationsAreTheReferences(String kind, String wanted) {
        PlainArray x = PlainArray.of(-40, -3, -0.5, 0, 0.7, 2, 60);
        double[] values = java.util.Arrays.stream(wanted.split(" "))
                .mapToDouble(Double::parseDouble)
                .toArray();
        PlainArray made = made(t -> layers(t).activation(t.known(x), kind));
        assertThat(made.values()).containsExactly(values, within(2e-6));
    }

    /** As torch's interpolate does with mode "nearest": entry i of m is entry floor(i·n / m) of n. */
    @ParameterizedTest
    @CsvSource({"4, 6", "5, 3", "1, 1", "2, 3", "7, 9"})
    void picturesAreEnlargedToTheirNearestNeighbours(int height, int width) {
        PlainArray picture = PlainArray.random(11, 2, 2, 2, 3);
        assertAlike(
                made(t -> {
                    GraphValue like = t.floats(PlainArray.random(12, 1, 1, height, width));
                    return layers(t).enlarged(t.known(picture), t.ops.sizes(like, 2, 3), t.ops.sizes(like, 3, 4));
                }),
                PlainArray.filled(
                        i -> picture.at(i[0], i[1], i[2] * 2 / height, i[3] * 3 / width), 2, 2, height, width));
        assertAlike(
                made(t -> layers(t).doubled(t.known(picture))),
                PlainArray.filled(i -> picture.at(i[0], i[1], i[2] / 2, i[3] / 2), 2, 2, 4, 6));
    }
}
