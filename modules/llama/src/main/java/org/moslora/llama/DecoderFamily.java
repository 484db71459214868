package org.moslora.llama;

import static org.moslora.llama.DecoderFamily.Trait.BRANCH_NORMS;
import static org.moslora.llama.DecoderFamily.Trait.HEAD_NORMS;
import static org.moslora.llama.DecoderFamily.Trait.NORMS_AROUND_ONE;
import static org.moslora.llama.DecoderFamily.Trait.QKV_BIAS;
import static org.moslora.llama.DecoderFamily.Trait.QUERY_SCALAR;
import static org.moslora.llama.DecoderFamily.Trait.SCALED_EMBEDDINGS;
import static org.moslora.llama.DecoderFamily.Trait.TIED;

import java.util.List;
import java.util.Set;

/**
 * A family of decoders: what configs of it leave unsaid, as the reference's classes fill it in, and its parts.
 *
 * @param type its {@code model_type}
 * @param sizes class defaults
 * @param windows which layers see only the last rows
 * @param traits the parts that LLaMA lacks
 */
record DecoderFamily(String type, Sizes sizes, Windows windows, Set<Trait> traits) {
    /** Every family that is read. */
    static final List<DecoderFamily> ALL = List.of(
            new DecoderFamily("llama", new Sizes(4096, 11008, 32, 32, 0, 0, 32000, 2048, 1e4), Windows.NONE, Set.of()),
            new DecoderFamily(
                    "mistral", new Sizes(4096, 14336, 32, 32, 8, 0, 32000, 131072, 1e4), Windows.ALL, Set.of()),
            new DecoderFamily(
                    "qwen2", new Sizes(4096, 22016, 32, 32, 0, 0, 151936, 32768, 1e4), Windows.UPPER, Set.of(QKV_BIAS)),
            new DecoderFamily(
                    "qwen3",
                    new Sizes(4096, 22016, 32, 32, 0, 128, 151936, 32768, 1e4),
                    Windows.UPPER,
                    Set.of(HEAD_NORMS)),
            new DecoderFamily(
                    "gemma3_text",
                    new Sizes(2304, 9216, 26, 8, 4, 256, 262208, 131072, 1e6),
                    Windows.PATTERN,
                    Set.of(HEAD_NORMS, BRANCH_NORMS, NORMS_AROUND_ONE, SCALED_EMBEDDINGS, QUERY_SCALAR, TIED)));

    /** Which layers see only the last rows. */
    enum Windows {
        /** None. */
        NONE,
        /** All, unless the config's window is null. */
        ALL,
        /** Those from {@code max_window_layers} on, where {@code use_sliding_window} says so. */
        UPPER,
        /** All but every sixth. */
        PATTERN
    }

    /** What a family's decoders have and LLaMA's lack. */
    enum Trait {
        /** Biases on q, k and v. */
        QKV_BIAS,
        /** Norms of each head's queries and keys. */
        HEAD_NORMS,
        /** Norms behind attention and behind the feed-forward part. */
        BRANCH_NORMS,
        /** Files hold how far weights of norms are from one. */
        NORMS_AROUND_ONE,
        /** Embeddings times √hidden. */
        SCALED_EMBEDDINGS,
        /** Scores by {@code query_pre_attn_scalar}; the gate's activation is {@code hidden_activation}. */
        QUERY_SCALAR,
        /** The head is the table unless the config says otherwise. */
        TIED
    }

    /**
     * Class defaults.
     *
     * @param keyValueHeads 0: as many as heads
     * @param headWidth 0: hidden / heads
     */
    record Sizes(
            int hidden,
            int inner,
            int layers,
            int heads,
            int keyValueHeads,
            int headWidth,
            int vocabulary,
            int positions,
            double theta) {}

    boolean has(Trait trait) {
        return traits.contains(trait);
    }
}
