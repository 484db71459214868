package org.moslora.onnx.engine;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtLoraAdapter;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.moslora.onnx.session.RunningGraph;

/**
 * Runs of a vision encoder's graph.
 *
 * @param graph pictures in, features out
 * @param adapter of the tower, or null
 * @param outputs that are wanted, in this order
 */
record VisionRuns(RunningGraph graph, @Nullable OrtLoraAdapter adapter, List<String> outputs) {
    /** An input, made when it is run. */
    @FunctionalInterface
    interface Making {
        OnnxTensor of(RunningGraph graph, String name);
    }

    /** A named input. */
    record Given(String name, Making tensor) {
        static Given floats(String name, float[] values, long... shape) {
            FloatBuffer direct = RunningGraph.floats(values.length).put(0, values);
            return new Given(name, (graph, input) -> RunningGraph.tensor(direct, shape));
        }

        static Given whole(String name, long[] values, long... shape) {
            return new Given(name, (graph, input) -> graph.whole(input, values, shape));
        }
    }

    List<float[]> run(List<Given> given) {
        Map<String, OnnxTensor> inputs = new HashMap<>();
        given.forEach(one -> inputs.put(one.name(), one.tensor().of(graph, one.name())));
        try (OrtSession.Result made = graph.run(inputs, new HashSet<>(outputs), Map.of(), adapter, false)) {
            List<float[]> values = new ArrayList<>();
            for (String output : outputs) {
                FloatBuffer all = ((OnnxTensor) made.get(output).orElseThrow()).getFloatBuffer();
                float[] copy = new float[all.remaining()];
                all.get(copy);
                values.add(copy);
            }
            return values;
        } finally {
            inputs.values().forEach(OnnxTensor::close);
        }
    }
}
