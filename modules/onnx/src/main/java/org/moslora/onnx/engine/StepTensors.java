package org.moslora.onnx.engine;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtLoraAdapter;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.moslora.onnx.session.RunningGraph;

/** What a denoiser's graph takes and gives in every step of a batch: made once, and read by every run in place. */
final class StepTensors implements AutoCloseable {
    private final RunningGraph graph;
    private final @Nullable OrtLoraAdapter adapter;
    private final Map<String, OnnxTensor> inputs = new HashMap<>();
    private final Map<String, OnnxTensor> outputs = new HashMap<>();
    private boolean shrink;

    StepTensors(RunningGraph graph, @Nullable OrtLoraAdapter adapter, boolean shrink) {
        this.graph = graph;
        this.adapter = adapter;
        this.shrink = shrink;
    }

    /** An input that is filled anew for every step. */
    FloatBuffer input(String name, long... shape) {
        return made(inputs, name, shape);
    }

    /** An input that stays. */
    void keep(String name, List<float[]> parts, long... shape) {
        inputs.put(name, tensor(parts, shape));
    }

    /** An output that every step writes. */
    FloatBuffer output(String name, long... shape) {
        return made(outputs, name, shape);
    }

    private static FloatBuffer made(Map<String, OnnxTensor> into, String name, long... shape) {
        FloatBuffer buffer = RunningGraph.floats(Arrays.stream(shape).reduce(1, (all, side) -> all * side));
        into.put(name, RunningGraph.tensor(buffer, shape));
        return buffer;
    }

    /** Numbers, one part after the other. */
    static OnnxTensor tensor(List<float[]> parts, long... shape) {
        FloatBuffer all = RunningGraph.floats((long) parts.size() * parts.get(0).length);
        parts.forEach(all::put);
        return RunningGraph.tensor(all.rewind(), shape);
    }

    /** Takes a step, with inputs that are this step's alone. */
    void run(Map<String, OnnxTensor> others) {
        Map<String, OnnxTensor> all = new HashMap<>(inputs);
        all.putAll(others);
        graph.run(all, Set.of(), outputs, adapter, shrink).close();
        shrink = false;
    }

    @Override
    public void close() {
        inputs.values().forEach(OnnxTensor::close);
        outputs.values().forEach(OnnxTensor::close);
    }
}
