package org.moslora.onnx.engine;

import ai.onnxruntime.OnnxTensor;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.moslora.generation.image.ChatTokens;
import org.moslora.generation.image.PromptEmbedding;
import org.moslora.generation.image.PromptEncoder;
import org.moslora.generation.image.TextReading;
import org.moslora.onnx.session.RunningGraph;

/** {@link PromptEncoder} over the graph of a chat model's blocks. */
final class ChatPrompts implements PromptEncoder {
    private final Reading reading;
    private final Supplier<RunningGraph> graph;
    private final ChatTokens tokens;

    /**
     * What is read of a text.
     *
     * @param after of how many blocks, each, the states are read; side by side where there are several
     * @param width of a state
     * @param filled whether texts are filled up to one length
     */
    record Reading(List<Integer> after, int width, boolean filled) {
        Reading {
            after = List.copyOf(after);
        }

        List<String> outputs() {
            return after.stream().map(number -> "hidden_states." + number).toList();
        }
    }

    ChatPrompts(Reading reading, Supplier<RunningGraph> graph, ChatTokens tokens) {
        this.reading = reading;
        this.graph = graph;
        this.tokens = tokens;
    }

    @Override
    public boolean zeroForNothing() {
        return false;
    }

    @Override
    public PromptEmbedding of(String text, TextReading asked) {
        int[] own = tokens.ids(text, asked.length());
        int length = reading.filled() ? asked.length() : own.length;
        long[] ids = new long[length];
        long[] mask = new long[length];
        Arrays.fill(ids, tokens.padding());
        for (int i = 0; i < own.length; i++) {
            ids[i] = own[i];
            mask[i] = 1;
        }
        return new PromptEmbedding(states(ids, mask), null);
    }

    /** Row by row, the states of each block side by side. */
    private float[] states(long[] ids, long[] mask) {
        int count = reading.after().size();
        int width = reading.width();
        float[] all = new float[ids.length * count * width];
        List<FloatBuffer> made = run(ids, mask);
        for (int block = 0; block < count; block++) {
            for (int row = 0; row < ids.length; row++) {
                made.get(block).get(row * width, all, (row * count + block) * width, width);
            }
        }
        return all;
    }

    private List<FloatBuffer> run(long[] ids, long[] mask) {
        RunningGraph running = graph.get();
        Map<String, FloatBuffer> made = new LinkedHashMap<>();
        Map<String, OnnxTensor> outputs = new HashMap<>();
        for (String output : reading.outputs()) {
            FloatBuffer states = RunningGraph.floats((long) ids.length * reading.width());
            made.put(output, states);
            outputs.put(output, RunningGraph.tensor(states, 1, ids.length, reading.width()));
        }
        try (OnnxTensor words = running.whole("input_ids", ids, 1, ids.length);
                OnnxTensor seen = running.whole("attention_mask", mask, 1, ids.length)) {
            running.run(Map.of("input_ids", words, "attention_mask", seen), Set.of(), outputs, null, true)
                    .close();
        } finally {
            outputs.values().forEach(OnnxTensor::close);
        }
        return List.copyOf(made.values());
    }
}
