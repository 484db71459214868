package org.moslora.llama;

/**
 * The language model's shape.
 *
 * @param family what its config calls it, such as {@code llama} or {@code qwen3}
 * @param hidden width of the residual stream
 * @param inner width inside the feed-forward part
 * @param layers decoder blocks
 * @param heads query heads
 * @param keyValueHeads key and value heads, a divisor of heads
 * @param headWidth width of one head
 * @param vocabulary rows of the embedding table, which may be more than the tokenizer has
 * @param positions the longest sequence it was made for
 * @param epsilon of the RMS norms
 * @param rope rotary positions of the layers that see everything before them
 * @param tied whether the head is the embedding table
 * @param attentionBias whether q, k and v have a bias
 * @param outputBias whether o has one
 * @param feedForwardBias whether gate, up and down have one
 * @param parts how its layers differ from LLaMA's
 */
public record LanguageModelConfig(
        String family,
        int hidden,
        int inner,
        int layers,
        int heads,
        int keyValueHeads,
        int headWidth,
        int vocabulary,
        int positions,
        double epsilon,
        Rope rope,
        boolean tied,
        boolean attentionBias,
        boolean outputBias,
        boolean feedForwardBias,
        DecoderParts parts) {
    /**
     * How many tokens a text may have. Rotary positions that are stretched linearly reach as many times further as they are
     * stretched; of those of llama3's kind {@code positions} is the stretched length already.
     */
    public int longest() {
        boolean stretched = rope.kind().equals("linear");
        return (int) Math.min(Integer.MAX_VALUE, positions * (stretched ? Math.max(1, rope.array()[0]) : 1));
    }

    /**
     * The same with its first layers alone and without a head of its own: for whoever reads hidden states, and has no use
     * for what comes after them.
     */
    public LanguageModelConfig encoder(int first) {
        return new LanguageModelConfig(
                family,
                hidden,
                inner,
                first,
                heads,
                keyValueHeads,
                headWidth,
                vocabulary,
                positions,
                epsilon,
                rope,
                true,
                attentionBias,
                outputBias,
                feedForwardBias,
                parts.first(first));
    }
}
