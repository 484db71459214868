package org.moslora.onnx.picture;

import ai.djl.ndarray.NDArray;
import ai.onnxruntime.OnnxTensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.onnx.graph.Element;
import org.moslora.onnx.graph.Graph;
import org.moslora.onnx.graph.GraphFile;
import org.moslora.onnx.graph.GraphTrial;
import org.moslora.onnx.graph.MemoryWeights;
import org.moslora.onnx.graph.PlainArray;
import org.moslora.onnx.session.DeclaredValue;
import org.moslora.onnx.session.GraphHeader;
import org.moslora.onnx.session.RunSettings;
import org.moslora.onnx.session.RunningGraph;
import org.moslora.problems.Problems;
import org.moslora.tensors.ConfigSection;

/** A component of a model of random weights as a graph that ONNX Runtime has loaded. */
record ComponentTrial(RunningGraph graph) implements AutoCloseable {
    static ComponentTrial of(Path folder, Graph graph, MemoryWeights weights) {
        Path file = folder.resolve(graph.name() + "-" + System.nanoTime() + ".onnx");
        try {
            GraphFile.write(file, graph, name -> weights.data(name, graph.stored()), false);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return new ComponentTrial(RunningGraph.open(GraphHeader.read(file), RunSettings.of("cpu", 1)));
    }

    /** A config in single quotes. */
    static <C> C config(String json, Function<ConfigSection, C> read) {
        Problems problems = new Problems();
        C config = read.apply(ConfigSection.parse("config.json", json.replace('\'', '"'), problems));
        problems.throwIfAny();
        return config;
    }

    /** An output for inputs in the formats that the graph declares. */
    PlainArray ask(String output, Map<String, PlainArray> given) {
        Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
        given.forEach((name, numbers) -> inputs.put(name, tensor(name, numbers)));
        try (var made = graph.run(inputs, Set.of(output), Map.of(), null, false)) {
            return GraphTrial.numbers(made.get(output).orElseThrow());
        } finally {
            inputs.values().forEach(OnnxTensor::close);
        }
    }

    private OnnxTensor tensor(String name, PlainArray numbers) {
        DeclaredValue declared = graph.header().inputs().get(name);
        if (declared == null || declared.isFloat()) {
            return GraphTrial.tensor(numbers);
        }
        long[] wholes =
                Arrays.stream(numbers.values()).mapToLong(value -> (long) value).toArray();
        return graph.whole(name, wholes, numbers.shape());
    }

    /** What libtorch computes, with one thread, as numbers. */
    static PlainArray torch(Function<Arena, NDArray> work) {
        Engine.start(1);
        try (Arena arena = Arena.open(Compute.cpu())) {
            NDArray made = work.apply(arena);
            float[] values = made.toFloatArray();
            double[] wide = new double[values.length];
            Arrays.setAll(wide, i -> values[i]);
            return new PlainArray(made.getShape().getShape(), wide);
        }
    }

    static NDArray array(Arena arena, PlainArray numbers) {
        return arena.floats(numbers.floats(), numbers.shape());
    }

    /** How far numbers in a format may be off. */
    static double share(Element stored) {
        return stored == Element.HALF ? 3e-2 : 1e-4;
    }

    /** Texts of one length as the ids that graphs take. */
    static PlainArray ids(List<int[]> texts) {
        return PlainArray.filled(i -> texts.get(i[0])[i[1]], texts.size(), texts.get(0).length);
    }

    @Override
    public void close() {
        graph.close();
    }
}
