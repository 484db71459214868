package org.moslora.onnx.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.onnxruntime.OnnxTensor;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.onnx.graph.Axis;
import org.moslora.onnx.graph.Element;
import org.moslora.onnx.graph.Graph;
import org.moslora.onnx.graph.GraphFile;
import org.moslora.onnx.graph.GraphValue;
import org.moslora.onnx.graph.MemoryWeights;
import org.moslora.onnx.graph.Operators;
import org.moslora.onnx.graph.PlainArray;
import org.moslora.problems.InvalidInput;

/** A loaded graph: tensors are read and written in place, runs do not disturb each other, and what fails names its file. */
final class RunningGraphTest {
    private static final int WIDTH = 512;

    @TempDir
    private Path folder;

    private RunningGraph graph;

    /** {@code y} is {@code x} [n, width] plus a weight that lies beside the graph. */
    @BeforeEach
    void open() throws IOException {
        graph = opened("sum.onnx");
    }

    private RunningGraph opened(String file) throws IOException {
        MemoryWeights weights = new MemoryWeights().with("w", PlainArray.filled(i -> i[0], WIDTH));
        Graph own = new Graph("sum", weights, Element.FLOAT);
        GraphValue x = own.input("x", Element.FLOAT, Axis.free("rows"), Axis.of(WIDTH));
        own.output("y", new Operators(own).add(x, own.weight("w")), Axis.free("rows"), Axis.of(WIDTH));
        Path to = folder.resolve(file);
        GraphFile.write(to, own, name -> weights.data(name, Element.FLOAT), true);
        return RunningGraph.open(GraphHeader.read(to), RunSettings.of("cpu", 1));
    }

    @AfterEach
    void close() {
        graph.close();
    }

    private float[] first(float given) throws Exception {
        FloatBuffer rows = RunningGraph.floats(WIDTH).put(0, given);
        try (OnnxTensor x = RunningGraph.tensor(rows, 1, WIDTH);
                var made = graph.run(Map.of("x", x), Set.of("y"), Map.of(), null, true)) {
            return ((float[][]) made.get("y").orElseThrow().getValue())[0];
        }
    }

    @Test
    void whatIsPutIntoABufferLaterIsWhatARunSeesAndAnswersLandInTheirPlace() {
        FloatBuffer given = RunningGraph.floats(2 * WIDTH);
        FloatBuffer made = RunningGraph.floats(2 * WIDTH);
        try (OnnxTensor x = RunningGraph.tensor(given, 2, WIDTH);
                OnnxTensor y = RunningGraph.tensor(made, 2, WIDTH)) {
            for (int turn = 1; turn <= 3; turn++) {
                given.put(WIDTH + 3, 10 * turn);
                graph.run(Map.of("x", x), Set.of(), Map.of("y", y), null, turn == 2)
                        .close();
                assertThat(made.get(3)).isEqualTo(3);
                assertThat(made.get(WIDTH + 3)).isEqualTo(10 * turn + 3);
            }
        }
    }

    @Test
    void runsOfSeveralThreadsDoNotDisturbEachOther() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Callable<float[]>> runs = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                float own = i;
                runs.add(() -> first(own));
            }
            List<Future<float[]>> answers = threads.invokeAll(runs);
            for (int i = 0; i < answers.size(); i++) {
                assertThat(answers.get(i).get()).startsWith(i, 1, 2).endsWith(WIDTH - 1);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void noRowsGiveNoRows() throws Exception {
        try (OnnxTensor x = RunningGraph.tensor(RunningGraph.floats(0), 0, WIDTH);
                var made = graph.run(Map.of("x", x), Set.of("y"), Map.of(), null, false)) {
            assertThat((float[][]) made.get("y").orElseThrow().getValue()).isEmpty();
        }
    }

    @Test
    void aRunThatFailsNamesItsFileAndTheNextOneGoesWell() throws Exception {
        String file = graph.header().file().toString();
        try (OnnxTensor narrow = RunningGraph.tensor(RunningGraph.floats(5), 1, 5)) {
            assertThatThrownBy(() -> graph.run(Map.of("x", narrow), Set.of("y"), Map.of(), null, false))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContainingAll(file, "x")
                    .satisfies(failed -> assertThat(failed.getMessage()).doesNotContain("\n"));
            assertThatThrownBy(() -> graph.run(Map.of("z", narrow), Set.of("y"), Map.of(), null, false))
                    .hasMessageContainingAll(file, "z");
            assertThatThrownBy(() -> graph.run(Map.of(), Set.of("y"), Map.of(), null, false))
                    .hasMessageContaining(file);
            assertThatThrownBy(() -> graph.run(Map.of("x", narrow), Set.of("none"), Map.of(), null, false))
                    .hasMessageContainingAll(file, "none");
        }
        assertThat(first(7)).startsWith(7, 1, 2);
    }

    @Test
    void aTensorOfAnotherSizeThanItsShapeIsRefused() {
        FloatBuffer six = RunningGraph.floats(6);
        assertThatThrownBy(() -> RunningGraph.tensor(six, 2, 4))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("[2, 4]");
    }

    /** Linux says what a process has mapped. */
    @Test
    void nothingOfTheFolderIsHeldOnceTheGraphIsClosed() throws IOException {
        Path maps = Path.of("/proc/self/maps");
        assumeTrue(Files.isReadable(maps));
        Path other = folder.toRealPath().resolve("other.onnx");
        opened("other.onnx").close();
        assertThat(Files.readAllLines(maps)).noneMatch(line -> line.contains(other.toString()));
        assertThat(openFiles()).noneMatch(name -> name.startsWith(other.toString()));
    }

    private static List<String> openFiles() throws IOException {
        List<String> names = new ArrayList<>();
        try (var descriptors = Files.list(Path.of("/proc/self/fd"))) {
            for (Path descriptor : descriptors.toList()) {
                if (Files.isSymbolicLink(descriptor)) {
                    names.add(Files.readSymbolicLink(descriptor).toString());
                }
            }
        }
        return names;
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "gpu", "CUDA", "cuda:", "cuda:-1", "cuda:1000", "cuda:x", "cpu:0", " cpu"})
    void aDeviceOfAnotherNameIsRefusedWithWhatThereIs(String device) {
        assertThatThrownBy(() -> RunSettings.of(device, 1))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContainingAll("device", "cpu, cuda or cuda:N", "\"" + device + "\"");
    }

    @Test
    void devicesAreCountedFromZero() {
        assertThat(RunSettings.of("cpu", 3)).isEqualTo(new RunSettings(3, -1));
        assertThat(RunSettings.of("cuda", 3))
                .isEqualTo(RunSettings.of("cuda:0", 3))
                .isEqualTo(new RunSettings(3, 0));
        assertThat(RunSettings.of("cuda:12", 1).gpu()).isEqualTo(12);
    }
}
