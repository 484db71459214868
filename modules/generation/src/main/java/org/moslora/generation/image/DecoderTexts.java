package org.moslora.generation.image;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.List;
import org.moslora.diffusion.folder.Component;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Kernels;
import org.moslora.layers.Linears;
import org.moslora.layers.block.ModelBuilder;
import org.moslora.llama.LanguageModel;
import org.moslora.llama.LanguageModelConfig;
import org.moslora.llama.LlamaNames;
import org.moslora.tensors.WeightSource;

/** Hidden states of a decoder as the text of pictures: no head, and no block behind those that are read. */
final class DecoderTexts implements LoadedTexts {
    private final ModelBuilder builder;
    private final LanguageModel model;
    private final ChatTokens tokens;
    private final Reading reading;

    /**
     * What is read of a text.
     *
     * @param after of how many blocks, each, the states are read; side by side where there are several
     * @param filled whether texts are filled up to one length
     */
    record Reading(List<Integer> after, boolean filled) {
        Reading {
            after = List.copyOf(after);
        }

        int blocks() {
            return after.stream().mapToInt(Integer::intValue).max().orElse(0);
        }
    }

    DecoderTexts(
            LanguageModelConfig config, WeightSource weights, Reading reading, ChatTokens tokens, Compute compute) {
        this.builder = ModelBuilder.open(Component.TEXT_ENCODER.prefix(), weights, Linears.plain(), compute);
        this.model = new LanguageModel(builder, config.encoder(reading.blocks()), LlamaNames.alone());
        this.tokens = tokens;
        this.reading = reading;
    }

    @Override
    public PromptEmbedding of(String text, TextReading asked) {
        int[] ids = tokens.ids(text, asked.length());
        try (Arena step = builder.arena().child()) {
            List<NDArray> states = reading.filled()
                    ? model.filledStates(step, filled(ids, asked.length()), ids.length, reading.after())
                    : model.states(step, ids, new int[] {ids.length}, reading.after());
            NDArray whole = Kernels.get().joined(step, states, 1);
            return new PromptEmbedding(Kernels.get().floats(step, whole), null);
        }
    }

    private int[] filled(int[] ids, int length) {
        int[] whole = Arrays.copyOf(ids, length);
        Arrays.fill(whole, ids.length, length, tokens.padding());
        return whole;
    }

    @Override
    public boolean zeroForNothing() {
        return false;
    }

    @Override
    public void close() {
        builder.arena().close();
    }
}
