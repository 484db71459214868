package org.moslora.onnx.engine;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtLoraAdapter;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.moslora.generation.image.PromptEmbedding;
import org.moslora.onnx.session.RunningGraph;

/** A text encoder's graph and the adapter that it is run with. */
record TextRun(RunningGraph graph, @Nullable OrtLoraAdapter adapter) {
    /** An output, and how many numbers a row of it has. */
    record Wanted(String output, int width) {}

    /**
     * Reads a text.
     *
     * @param states wanted for every id
     * @param pooled wanted once, or null
     */
    PromptEmbedding of(int[] ids, Wanted states, @Nullable Wanted pooled) {
        long[] wide = new long[ids.length];
        for (int i = 0; i < ids.length; i++) {
            wide[i] = ids[i];
        }
        FloatBuffer made = RunningGraph.floats((long) ids.length * states.width());
        FloatBuffer sum = RunningGraph.floats(pooled == null ? 1 : pooled.width());
        Map<String, OnnxTensor> outputs = new HashMap<>();
        outputs.put(states.output(), RunningGraph.tensor(made, 1, ids.length, states.width()));
        if (pooled != null) {
            outputs.put(pooled.output(), RunningGraph.tensor(sum, 1, pooled.width()));
        }
        try (OnnxTensor input = graph.whole("input_ids", wide, 1, ids.length)) {
            graph.run(Map.of("input_ids", input), Set.of(), outputs, adapter, true)
                    .close();
        } finally {
            outputs.values().forEach(OnnxTensor::close);
        }
        return new PromptEmbedding(array(made), pooled == null ? null : array(sum));
    }

    static float[] array(FloatBuffer buffer) {
        float[] values = new float[buffer.capacity()];
        buffer.get(0, values);
        return values;
    }
}
