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
import org.moslora.examples.image.PictureInput;
import org.moslora.llama.LanguageModelConfig;
import org.moslora.llama.RowPositions;
import org.moslora.onnx.language.DecoderGraph;
import org.moslora.onnx.session.AdapterSet;
import org.moslora.onnx.session.RunningGraph;

/** Runs of a decoder's graph: what is new of some conversations in, its logits and the longer cache out. */
final class DecoderRuns {
    private final LanguageModelConfig config;
    private final Pieces pieces;
    private final RunningGraph graph;
    private final @Nullable Embeddings embeddings;
    private final AdapterSet adapters;
    private final @Nullable OrtLoraAdapter adapter;
    private final Set<String> given;

    /**
     * Runs of a graph.
     *
     * @param pieces how long stretches are cut
     * @param embeddings what makes the graph's input of ids and pictures; null for a graph that takes ids
     * @param adapters that conversations hold from their beginning to their end
     * @param component of which the decoder's are
     */
    DecoderRuns(
            LanguageModelConfig config,
            Pieces pieces,
            RunningGraph graph,
            @Nullable Embeddings embeddings,
            AdapterSet adapters,
            String component) {
        this.config = config;
        this.pieces = pieces;
        this.graph = graph;
        this.embeddings = embeddings;
        this.adapters = adapters;
        this.adapter = adapters.of(component);
        this.given = Cache.given(config);
    }

    /** What runs need for as long as a conversation goes on. */
    AdapterSet adapters() {
        return adapters;
    }

    /** Whose vocabulary and cache it is. */
    LanguageModelConfig config() {
        return config;
    }

    /**
     * What one run is asked about, row by row.
     *
     * @param rows conversations
     * @param ids new ones, equally many for each
     * @param mask 1 where a place of the cache or a new one counts
     * @param places of each id in its text
     */
    @SuppressWarnings("ArrayRecordComponent") // passed on once, never compared
    record Stretch(int rows, int[] ids, long[] mask, RowPositions places) {
        long length() {
            return ids.length / rows;
        }

        /** Some of the ids of the only row, or all of several. */
        Stretch part(int from, int to) {
            if (to - from == ids.length) {
                return this;
            }
            long[] seen = Arrays.copyOf(mask, mask.length - ids.length + to);
            List<int[]> own = places.axes().stream()
                    .map(axis -> Arrays.copyOfRange(axis, from, to))
                    .toList();
            return new Stretch(1, Arrays.copyOfRange(ids, from, to), seen, new RowPositions(own));
        }
    }

    /** Takes logits as they come. */
    @FunctionalInterface
    interface Rows {
        /**
         * @param from the first of the ids that they follow, as an index into the stretch
         * @param logits [rows, n, vocabulary]
         */
        void take(int from, FloatBuffer logits);
    }

    /**
     * Runs the graph, and puts what the next run is to know in the place of what this one knew.
     *
     * @return logits after each row's last id, one row after the other
     */
    float[] run(Stretch stretch, List<PictureInput> pictures, Cache cache) {
        float[] last = new float[stretch.rows() * config.vocabulary()];
        pieces(stretch, pictures, cache, given, (from, logits) -> logits.get(logits.capacity() - last.length, last));
        return last;
    }

    /** The same where nothing comes after it; gives the logits after every id. */
    void runLast(Stretch stretch, List<PictureInput> pictures, Cache cache, Rows rows) {
        pieces(stretch, pictures, cache, Set.of(), rows);
    }

    /**
     * Runs a long stretch piece by piece, each with what came before in the cache: scores are as many as a piece's ids times
     * all that they see, and logits a vocabulary for each of them.
     */
    private void pieces(Stretch stretch, List<PictureInput> pictures, Cache cache, Set<String> wanted, Rows rows) {
        int count = stretch.ids().length;
        int length = stretch.rows() > 1 ? count : Math.min(count, pieces.length(config, stretch.mask().length));
        long[] ids = Arrays.stream(stretch.ids()).asLongStream().toArray();
        FloatBuffer embedded = embeddings == null ? null : embeddings.of(ids, pictures);
        for (int from = 0; from < count; from += length) {
            int to = Math.min(count, from + length);
            FloatBuffer logits = RunningGraph.floats((long) (to - from) * config.vocabulary());
            boolean last = to == count;
            Map<String, OnnxTensor> inputs = inputs(stretch.part(from, to), part(embedded, from, to));
            OrtSession.Result result =
                    run(stretch.part(from, to), inputs, cache, logits, last ? wanted : given, length < count);
            if (last && wanted.isEmpty()) {
                result.close();
            } else {
                cache.replace(result);
            }
            rows.take(from, logits);
        }
    }

    private @Nullable FloatBuffer part(@Nullable FloatBuffer embedded, int from, int to) {
        int width = Math.toIntExact(DecoderGraph.given(config));
        return embedded == null ? null : embedded.slice(from * width, (to - from) * width);
    }

    /**
     * Places of new ids.
     *
     * @param rows conversations, with equally many
     * @param pictures whose tokens are among them
     * @param next the place that each goes on from
     */
    RowPositions places(int rows, int[] ids, List<PictureInput> pictures, int next) {
        int[] lengths = new int[rows];
        Arrays.fill(lengths, ids.length / rows);
        int[] from = new int[rows];
        Arrays.fill(from, next);
        return embeddings == null
                ? RowPositions.following(lengths, from)
                : embeddings.config().positions(ids, lengths, pictures, from);
    }

    private OrtSession.Result run(
            Stretch stretch,
            Map<String, OnnxTensor> inputs,
            Cache past,
            FloatBuffer logits,
            Set<String> wanted,
            boolean shrink) {
        List<OnnxTensor> own = new ArrayList<>(inputs.values());
        try {
            inputs.putAll(past.taken());
            OnnxTensor place = RunningGraph.tensor(logits, stretch.rows(), stretch.length(), config.vocabulary());
            own.add(place);
            return graph.run(inputs, wanted, Map.of("logits", place), adapter, shrink);
        } finally {
            own.forEach(OnnxTensor::close);
        }
    }

    private OnnxTensor places(Stretch stretch) {
        long[] all = Arrays.stream(stretch.places().joined()).asLongStream().toArray();
        return config.parts().ropeAxes().isEmpty()
                ? graph.whole("position_ids", all, stretch.rows(), stretch.length())
                : graph.whole("position_ids", all, stretch.places().axes().size(), stretch.rows(), stretch.length());
    }

    private Map<String, OnnxTensor> inputs(Stretch stretch, @Nullable FloatBuffer embedded) {
        int rows = stretch.rows();
        Map<String, OnnxTensor> inputs = new HashMap<>();
        if (embedded == null) {
            long[] ids = Arrays.stream(stretch.ids()).asLongStream().toArray();
            inputs.put("input_ids", graph.whole("input_ids", ids, rows, stretch.length()));
        } else {
            inputs.put(
                    "inputs_embeds", RunningGraph.tensor(embedded, rows, stretch.length(), DecoderGraph.given(config)));
        }
        inputs.put("attention_mask", graph.whole("attention_mask", stretch.mask(), rows, stretch.mask().length / rows));
        if (graph.header().inputs().containsKey("position_ids")) {
            inputs.put("position_ids", places(stretch));
        }
        return inputs;
    }
}
