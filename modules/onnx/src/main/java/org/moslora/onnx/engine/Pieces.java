package org.moslora.onnx.engine;

import org.moslora.generation.PromptCost;
import org.moslora.llama.LanguageModelConfig;

/**
 * How prompts are cut for a decoder's graph, which computes a score for every new token and every token that it sees.
 *
 * @param table bytes of a piece's scores, or of its logits
 */
record Pieces(long table) {
    /** A usual prompt is one piece. */
    static final Pieces USUAL = new Pieces(256L << 20);

    private static final int LEAST = 16;
    /** Scores, the same with the mask, and the softmax; with room for what the runtime keeps. */
    private static final double tableS = 4;
    /** The cache as it was and as it is with a piece more. */
    private static final double CACHES = 2;

    /**
     * Tokens of a piece.
     *
     * @param seen all tokens of the text
     */
    int length(LanguageModelConfig text, long seen) {
        long scores = table / ((long) Float.BYTES * text.heads() * Math.max(1, seen));
        long logits = table / ((long) Float.BYTES * text.vocabulary());
        return (int) Math.max(LEAST, Math.min(scores, logits));
    }

    /** What conversations take. */
    PromptCost cost(LanguageModelConfig text) {
        return (tokens, room, rows) -> {
            double piece = Math.min(tokens, length(text, tokens));
            double scores = tableS * text.heads() * piece * room;
            double inside = piece * (PromptCost.inside(text) + text.vocabulary());
            double whole = (double) tokens * text.hidden();
            return Float.BYTES * (CACHES * PromptCost.cache(text, room, rows) + scores + inside + whole);
        };
    }
}
