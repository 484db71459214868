package org.moslora.generation.image;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.moslora.diffusion.folder.TextEncoders;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;

/** {@link PromptEncoder} over the text encoders of a Stable Diffusion on libtorch. */
public final class TorchPromptEncoder implements LoadedTexts {
    private final TextEncoders encoders;
    private final PromptTokens tokens;
    private final boolean zeroForNothing;

    /**
     * States of texts. Owns the encoders; the tokenizers stay their owner's.
     *
     * @param zeroForNothing whether an absent text stands for zeros and not for the empty text
     */
    public TorchPromptEncoder(TextEncoders encoders, PromptTokens tokens, boolean zeroForNothing) {
        this.encoders = encoders;
        this.tokens = tokens;
        this.zeroForNothing = zeroForNothing;
    }

    /** The encoders themselves. */
    public TextEncoders encoders() {
        return encoders;
    }

    /** Their tokenizers. */
    public PromptTokens tokens() {
        return tokens;
    }

    @Override
    public PromptEmbedding of(String text, TextReading reading) {
        List<List<int[]>> texts = tokens.ids(text).stream().map(List::of).toList();
        try (Arena step = encoders.step()) {
            TextEncoders.Encoded encoded = encoders.encode(step, texts, reading.clipSkip());
            NDArray pooled = encoded.pooled();
            return new PromptEmbedding(
                    Kernels.get().floats(step, encoded.states()),
                    pooled == null ? null : Kernels.get().floats(step, pooled));
        }
    }

    @Override
    public boolean zeroForNothing() {
        return zeroForNothing;
    }

    @Override
    public void close() {
        encoders.close();
    }
}
