package org.moslora.generation;

import org.moslora.llama.LanguageModelConfig;

/** What conversations take in memory on an engine, besides the model's weights. */
@FunctionalInterface
public interface PromptCost {
    /** Where memory is counted by somebody else. */
    PromptCost UNKNOWN = (tokens, room, rows) -> 0;

    /**
     * Bytes at most.
     *
     * @param tokens that are computed at once, or as the engine cuts them
     * @param room how long it may grow
     * @param rows that grow side by side
     */
    double bytes(long tokens, long room, long rows);

    /**
     * On libtorch: the whole prompt at once, by an attention that keeps no scores.
     *
     * @param bytes of a number
     */
    static PromptCost ofTorch(LanguageModelConfig text, int bytes) {
        return (tokens, room, rows) -> bytes * (cache(text, room, rows) + tokens * inside(text))
                // Keys and values of one block, repeated to its heads.
                + 2.0 * Float.BYTES * text.heads() * text.headWidth() * room * rows;
    }

    /** Numbers that the cache holds. */
    static double cache(LanguageModelConfig text, long room, long rows) {
        return 2.0 * text.layers() * text.keyValueHeads() * text.headWidth() * room * rows;
    }

    /** Numbers that a token has inside a block. */
    static double inside(LanguageModelConfig text) {
        return 8.0 * text.hidden() + 4.0 * text.inner();
    }
}
