package org.moslora.onnx.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoraAdapter;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.moslora.onnx.adapter.AdapterFormatFile;
import org.moslora.onnx.adapter.GraphFactor;
import org.moslora.onnx.session.GraphHeader;
import org.moslora.onnx.session.RunSettings;
import org.moslora.onnx.session.RunningGraph;
import org.moslora.tensors.DType;

/** A small graph over given numbers: it is built, run once by ONNX Runtime, and forgotten. */
public final class GraphTrial {
    final Graph graph;
    final Operators ops;
    private final @Nullable Path file;
    private final MemoryWeights weights;
    private final List<GraphFactor> factors = new ArrayList<>();
    private final Map<String, Function<RunningGraph, OnnxTensor>> given = new LinkedHashMap<>();

    /** One without weights. */
    GraphTrial() {
        this(null, new MemoryWeights(), new Graph("trial"));
    }

    /** One with weights, which is written into a folder. */
    GraphTrial(Path folder, MemoryWeights weights, Element stored) {
        this(folder.resolve("trial-" + System.nanoTime() + ".onnx"), weights, new Graph("trial", weights, stored));
    }

    private GraphTrial(@Nullable Path file, MemoryWeights weights, Graph graph) {
        this.file = file;
        this.weights = weights;
        this.graph = graph;
        this.ops = new Operators(graph);
    }

    /** The layers of a graph in a format. */
    Layers layers(String... adaptable) {
        return new Layers(graph, graph.stored(), List.of(adaptable)::contains);
    }

    /** Gives an input that need not be given. */
    GraphTrial give(String name, PlainArray numbers) {
        List<Long> dims = Arrays.stream(numbers.shape()).boxed().toList();
        factors.add(new GraphFactor(name, dims, numbers.floats()));
        return this;
    }

    private @Nullable OrtLoraAdapter adapter() {
        try {
            return factors.isEmpty() ? null : OrtLoraAdapter.create(AdapterFormatFile.bytes(factors, DType.F32));
        } catch (OrtException refused) {
            throw new IllegalStateException(refused);
        }
    }

    /** Floats whose sizes the graph does not know. */
    GraphValue floats(PlainArray numbers) {
        return floats(numbers, free(numbers.shape().length));
    }

    /** Floats whose sizes the graph knows. */
    GraphValue known(PlainArray numbers) {
        return floats(numbers, Arrays.stream(numbers.shape()).mapToObj(Axis::of).toArray(Axis[]::new));
    }

    private GraphValue floats(PlainArray numbers, Axis... axes) {
        String name = "given" + given.size();
        given.put(name, running -> tensor(numbers));
        return graph.input(name, Element.FLOAT, axes);
    }

    /** Whole numbers whose sizes the graph does not know. */
    GraphValue wholes(PlainArray numbers) {
        String name = "given" + given.size();
        long[] values =
                Arrays.stream(numbers.values()).mapToLong(value -> (long) value).toArray();
        given.put(name, running -> running.whole(name, values, numbers.shape()));
        return graph.input(name, Element.LONG, free(numbers.shape().length));
    }

    /** Floats as a tensor. */
    public static OnnxTensor tensor(PlainArray numbers) {
        float[] values = numbers.floats();
        return RunningGraph.tensor(RunningGraph.floats(values.length).put(0, values), numbers.shape());
    }

    private Axis[] free(int rank) {
        Axis[] axes = new Axis[rank];
        Arrays.setAll(axes, axis -> Axis.free("size" + given.size() + axis));
        return axes;
    }

    /** What a value turns out to be; sizes that the graph took for known must be those. */
    PlainArray run(GraphValue value) {
        Element told = value.element() == Element.BOOL ? Element.LONG : value.element(); // half precision is widened
        graph.output("made", ops.cast(value, told), free(value.rank()));
        PlainArray numbers;
        try (RunningGraph running = opened()) {
            numbers = run(running);
        }
        assertThat(numbers.shape()).as("axes of " + value).hasSize(value.rank());
        for (int axis = 0; axis < value.rank(); axis++) {
            if (value.axis(axis).isFixed()) {
                assertThat(numbers.shape()[axis]).as(value.toString()).isEqualTo(value.size(axis));
            }
        }
        return numbers;
    }

    private RunningGraph opened() {
        if (file == null) {
            return RunningGraph.of(graph);
        }
        try {
            GraphFile.write(file, graph, name -> weights.data(name, graph.stored()), false);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return RunningGraph.open(GraphHeader.read(file), RunSettings.of("cpu", 1));
    }

    private PlainArray run(RunningGraph running) {
        Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
        given.forEach((name, tensor) -> inputs.put(name, tensor.apply(running)));
        try (OrtLoraAdapter adapter = adapter();
                OrtSession.Result made = running.run(inputs, Set.of("made"), Map.of(), adapter, false)) {
            return numbers(made.get("made").orElseThrow());
        } finally {
            inputs.values().forEach(OnnxTensor::close);
        }
    }

    /** A tensor's shape and numbers. */
    public static PlainArray numbers(OnnxValue value) {
        OnnxTensor tensor = (OnnxTensor) value;
        long[] shape = tensor.getInfo().getShape();
        FloatBuffer floats = tensor.getFloatBuffer();
        if (floats == null) {
            LongBuffer longs = tensor.getLongBuffer();
            double[] values = new double[longs.remaining()];
            Arrays.setAll(values, longs::get);
            return new PlainArray(shape, values);
        }
        double[] values = new double[floats.remaining()];
        Arrays.setAll(values, floats::get);
        return new PlainArray(shape, values);
    }

    /** As an operator is tried out. */
    @FunctionalInterface
    interface Use {
        GraphValue of(GraphTrial trial);
    }

    /** What becomes of one use. */
    static PlainArray made(Use use) {
        GraphTrial trial = new GraphTrial();
        return trial.run(use.of(trial));
    }

    /** The same shape, and numbers alike but for rounding. */
    public static void assertAlike(PlainArray actual, PlainArray expected) {
        assertAlike(actual, expected, 1e-5);
    }

    /** The same, and a share of each number, or of one, that it may be off. */
    public static void assertAlike(PlainArray actual, PlainArray expected, double share) {
        assertThat(actual.shape()).isEqualTo(expected.shape());
        for (int i = 0; i < expected.values().length; i++) {
            double wanted = expected.values()[i];
            double allowed = share * Math.max(1, Math.abs(wanted));
            assertThat(actual.values()[i]).as("entry %d", i).isCloseTo(wanted, within(allowed));
        }
    }
}
