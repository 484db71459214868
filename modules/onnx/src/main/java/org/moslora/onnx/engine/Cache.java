package org.moslora.onnx.engine;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.moslora.llama.LanguageModelConfig;
import org.moslora.onnx.session.RunningGraph;

/** Keys and values that a decoder gave and takes again: [rows, key-value heads, places, head width] each, in native memory. */
final class Cache implements AutoCloseable {
    private static final String TAKEN = "past_key_values.";
    private static final String GIVEN = "present.";

    private final LanguageModelConfig config;
    private final Map<String, OnnxTensor> tensors = new LinkedHashMap<>();

    /** A cache of one row that knows of nothing yet. */
    Cache(LanguageModelConfig config) {
        this.config = config;
        clear();
    }

    /** Outputs of a run that is to give one. */
    static Set<String> given(LanguageModelConfig config) {
        return OnnxLanguageModelFolder.cached(config).stream()
                .map(name -> GIVEN + name)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** What the next run takes. */
    Map<String, OnnxTensor> taken() {
        Map<String, OnnxTensor> inputs = new HashMap<>();
        tensors.forEach((name, tensor) -> inputs.put(TAKEN + name, tensor));
        return inputs;
    }

    /** Holds what a run gave; its tensors are the cache's from now on. */
    void replace(OrtSession.Result result) {
        tensors.replaceAll((name, before) -> {
            before.close();
            return (OnnxTensor) result.get(GIVEN + name).orElseThrow();
        });
    }

    /**
     * Puts other rows in the place of those that there are.
     *
     * @param chosen the graph {@link org.moslora.onnx.language.ChosenRows}
     * @param from for each row, which of those so far
     */
    void choose(RunningGraph chosen, long[] from) {
        try (OnnxTensor rows = chosen.whole("from", from, from.length)) {
            tensors.replaceAll((name, all) -> {
                OrtSession.Result made =
                        chosen.run(Map.of("all", all, "from", rows), Set.of("chosen"), Map.of(), null, false);
                all.close();
                return (OnnxTensor) made.get(0);
            });
        }
    }

    /** Forgets all but the first places of the only row. */
    void cut(int places) {
        int heads = config.keyValueHeads();
        tensors.replaceAll((name, before) -> {
            FloatBuffer all = before.getFloatBuffer();
            FloatBuffer kept = RunningGraph.floats((long) heads * places * config.headWidth());
            int length = kept.capacity() / heads;
            for (int head = 0; head < heads; head++) {
                kept.put(head * length, all, head * (all.capacity() / heads), length);
            }
            before.close();
            return RunningGraph.tensor(kept, 1, heads, places, config.headWidth());
        });
    }

    /** Forgets everything: one row without places. */
    void clear() {
        close();
        for (String name : OnnxLanguageModelFolder.cached(config)) {
            tensors.put(
                    name,
                    RunningGraph.tensor(RunningGraph.floats(0), 1, config.keyValueHeads(), 0, config.headWidth()));
        }
    }

    @Override
    public void close() {
        tensors.values().forEach(OnnxTensor::close);
        tensors.clear();
    }
}
