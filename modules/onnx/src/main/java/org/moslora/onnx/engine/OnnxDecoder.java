package org.moslora.onnx.engine;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtLoraAdapter;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.moslora.generation.Decoder;
import org.moslora.llama.TextConfig;
import org.moslora.onnx.session.RunningGraph;

/**
 * A {@link Decoder} over a decoder's graph. The cache stays in ONNX Runtime's memory: what one run gives is what the next
 * one takes.
 */
final class OnnxDecoder implements Decoder {
    private final TextConfig config;
    private final RunningGraph graph;
    private final @Nullable Embeddings embeddings;
    private final @Nullable OrtLoraAdapter adapter;
    private final List<String> cached;

    /**
     * A decoder.
     *
     * @param embeddings what makes the graph's input of ids and pictures; null for a graph that takes ids
     * @param adapter of the decoder, or null
     */
    OnnxDecoder(
            TextConfig config, RunningGraph graph, @Nullable Embeddings embeddings, @Nullable OrtLoraAdapter adapter) {
        this.config = config;
        this.graph = graph;
        this.embeddings = embeddings;
        this.adapter = adapter;
        this.cached = SpeakerFolder.cached(config);
    }

    @Override
    public Conversation open(int room) {
        return new Conversation();
    }

    /** A conversation on its way. */
    final class Conversation implements Session {
        /** Which places of the cache count; what was forgotten stays there, unseen. */
        private final BitSet seen = new BitSet();

        private int held;
        private OrtSession.@Nullable Result past;

        @Override
        public float[] next(int[] ids, List<float[]> pictures) {
            FloatBuffer logits = logits(ids, pictures, true);
            float[] last = new float[config.vocabulary()];
            logits.get((ids.length - 1) * config.vocabulary(), last);
            return last;
        }

        /**
         * Continues the conversation.
         *
         * @param kept whether it is going on after that
         * @return logits after every id, [n, vocabulary]
         */
        FloatBuffer logits(int[] ids, List<float[]> pictures, boolean kept) {
            int first = length();
            seen.set(held, held + ids.length);
            held += ids.length;
            FloatBuffer logits = RunningGraph.floats((long) ids.length * config.vocabulary());
            List<OnnxTensor> own = new ArrayList<>();
            Map<String, OnnxTensor> inputs =
                    inputs(Arrays.stream(ids).asLongStream().toArray(), pictures, first, own);
            try (OnnxTensor place = RunningGraph.tensor(logits, 1, ids.length, config.vocabulary())) {
                Set<String> wanted = new LinkedHashSet<>();
                if (kept) {
                    cached.forEach(name -> wanted.add("present." + name));
                }
                OrtSession.Result result = graph.run(inputs, wanted, Map.of("logits", place), adapter, false);
                drop();
                past = result;
            } finally {
                own.forEach(OnnxTensor::close);
            }
            return logits;
        }

        private Map<String, OnnxTensor> inputs(long[] ids, List<float[]> pictures, int first, List<OnnxTensor> own) {
            Map<String, OnnxTensor> inputs = new HashMap<>();
            if (embeddings == null) {
                inputs.put("input_ids", graph.whole("input_ids", ids, 1, ids.length));
            } else {
                FloatBuffer rows = embeddings.of(ids, pictures);
                inputs.put("inputs_embeds", RunningGraph.tensor(rows, 1, ids.length, config.hidden()));
            }
            long[] mask = new long[held];
            seen.stream().forEach(place -> mask[place] = 1);
            inputs.put("attention_mask", graph.whole("attention_mask", mask, 1, held));
            if (graph.header().inputs().containsKey("position_ids")) {
                long[] places = new long[ids.length];
                Arrays.setAll(places, i -> first + i);
                inputs.put("position_ids", graph.whole("position_ids", places, 1, ids.length));
            }
            own.addAll(inputs.values());
            OrtSession.Result before = past;
            for (String name : cached) {
                if (before == null) {
                    OnnxTensor empty = RunningGraph.tensor(
                            RunningGraph.floats(0), 1, config.keyValueHeads(), 0, config.headWidth());
                    own.add(empty);
                    inputs.put("past_key_values." + name, empty);
                } else {
                    inputs.put("past_key_values." + name, tensor(before, "present." + name));
                }
            }
            return inputs;
        }

        private static OnnxTensor tensor(OrtSession.Result result, String name) {
            OnnxValue value = result.get(name).orElseThrow();
            return (OnnxTensor) value;
        }

        @Override
        public int length() {
            return seen.cardinality();
        }

        @Override
        public void rewind(int length) {
            int place = -1;
            for (int i = 0; i < length; i++) {
                place = seen.nextSetBit(place + 1);
            }
            seen.clear(place + 1, Math.max(held, place + 1));
            if (length == 0) {
                drop();
                held = 0;
            }
        }

        private void drop() {
            if (past != null) {
                past.close();
                past = null;
            }
        }

        @Override
        public void close() {
            drop();
        }
    }
}
