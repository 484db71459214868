package org.moslora.onnx.engine;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtLoraAdapter;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.moslora.llama.TextConfig;
import org.moslora.onnx.session.RunningGraph;

/** Runs of a decoder's graph: what is new of some conversations in, its logits and the longer cache out. */
final class DecoderRuns {
    private final TextConfig config;
    private final RunningGraph graph;
    private final @Nullable Embeddings embeddings;
    private final @Nullable OrtLoraAdapter adapter;
    private final Set<String> given;

    /**
     * Runs of a graph.
     *
     * @param embeddings what makes the graph's input of ids and pictures; null for a graph that takes ids
     * @param adapter of the decoder, or null
     */
    DecoderRuns(
            TextConfig config, RunningGraph graph, @Nullable Embeddings embeddings, @Nullable OrtLoraAdapter adapter) {
        this.config = config;
        this.graph = graph;
        this.embeddings = embeddings;
        this.adapter = adapter;
        this.given = Cache.given(config);
    }

    /** Whose vocabulary and cache it is. */
    TextConfig config() {
        return config;
    }

    /**
     * What one run is asked about, row by row.
     *
     * @param rows conversations
     * @param ids new ones, equally many for each
     * @param mask 1 where a place of the cache or a new one counts
     * @param first the place of each row's first id in its text
     */
    @SuppressWarnings("ArrayRecordComponent") // passed on once, never compared
    record Stretch(int rows, int[] ids, long[] mask, int first) {
        long length() {
            return ids.length / rows;
        }

        long[] places() {
            long[] places = new long[ids.length];
            Arrays.setAll(places, i -> first + i % length());
            return places;
        }
    }

    /**
     * Runs the graph, and puts what the next run is to know in the place of what this one knew.
     *
     * @return logits after every id, [rows, n, vocabulary]
     */
    FloatBuffer run(Stretch stretch, List<float[]> pictures, Cache cache) {
        FloatBuffer logits = RunningGraph.floats((long) stretch.ids().length * config.vocabulary());
        cache.replace(run(stretch, pictures, cache, logits, given));
        return logits;
    }

    /** The same where nothing comes after it. */
    FloatBuffer runLast(Stretch stretch, List<float[]> pictures, Cache cache) {
        FloatBuffer logits = RunningGraph.floats((long) stretch.ids().length * config.vocabulary());
        run(stretch, pictures, cache, logits, Set.of()).close();
        return logits;
    }

    /** The last row of logits. */
    float[] last(FloatBuffer logits) {
        float[] last = new float[config.vocabulary()];
        logits.get(logits.capacity() - last.length, last);
        return last;
    }

    private OrtSession.Result run(
            Stretch stretch, List<float[]> pictures, Cache past, FloatBuffer logits, Set<String> wanted) {
        List<OnnxTensor> own = new ArrayList<>();
        try {
            Map<String, OnnxTensor> inputs = inputs(stretch, pictures);
            own.addAll(inputs.values());
            inputs.putAll(past.taken());
            OnnxTensor place = RunningGraph.tensor(logits, stretch.rows(), stretch.length(), config.vocabulary());
            own.add(place);
            return graph.run(inputs, wanted, Map.of("logits", place), adapter, false);
        } finally {
            own.forEach(OnnxTensor::close);
        }
    }

    private Map<String, OnnxTensor> inputs(Stretch stretch, List<float[]> pictures) {
        int rows = stretch.rows();
        long[] ids = Arrays.stream(stretch.ids()).asLongStream().toArray();
        Map<String, OnnxTensor> inputs = new HashMap<>();
        if (embeddings == null) {
            inputs.put("input_ids", graph.whole("input_ids", ids, rows, stretch.length()));
        } else {
            FloatBuffer made = embeddings.of(ids, pictures);
            inputs.put("inputs_embeds", RunningGraph.tensor(made, rows, stretch.length(), config.hidden()));
        }
        inputs.put("attention_mask", graph.whole("attention_mask", stretch.mask(), rows, stretch.mask().length / rows));
        if (graph.header().inputs().containsKey("position_ids")) {
            inputs.put("position_ids", graph.whole("position_ids", stretch.places(), rows, stretch.length()));
        }
        return inputs;
    }
}
