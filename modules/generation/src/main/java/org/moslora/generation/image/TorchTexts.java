package org.moslora.generation.image;

import ai.djl.ndarray.NDArray;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.moslora.diffusion.folder.TextEncoders;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;
import org.moslora.layers.Precision;

/** {@link TextStates} over libtorch, which remembers what it was asked last. */
public final class TorchTexts implements TextStates {
    private static final long REMEMBERED_BYTES = 64L << 20;

    private final TextEncoders encoders;
    private final PromptTokens tokens;
    private final boolean zeroForNothing;
    private final Map<Asked, Words> remembered = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    private record Asked(String text, int clipSkip) {}

    /**
     * States of texts. Encoders and tokenizers stay their owner's.
     *
     * @param zeroForNothing whether an absent text stands for zeros and not for the empty text
     */
    public TorchTexts(TextEncoders encoders, PromptTokens tokens, boolean zeroForNothing) {
        this.encoders = encoders;
        this.tokens = tokens;
        this.zeroForNothing = zeroForNothing;
    }

    @Override
    public Words of(String text, int clipSkip) {
        Asked asked = new Asked(text, clipSkip);
        Words known = remembered.get(asked);
        if (known != null) {
            return known;
        }
        Words words = encoded(text, clipSkip);
        remembered.put(asked, words);
        bytes += words.bytes();
        while (bytes > REMEMBERED_BYTES && remembered.size() > 1) {
            Map.Entry<Asked, Words> oldest = remembered.entrySet().iterator().next();
            bytes -= oldest.getValue().bytes();
            remembered.remove(oldest.getKey());
        }
        return words;
    }

    @Override
    public Words nothing(int clipSkip) {
        Words empty = of("", clipSkip);
        return zeroForNothing ? empty.zeros() : empty;
    }

    private Words encoded(String text, int clipSkip) {
        List<List<int[]>> texts = tokens.ids(text).stream().map(List::of).toList();
        try (Arena step = encoders.step()) {
            TextEncoders.Encoded encoded = encoders.encode(step, texts, clipSkip);
            NDArray pooled = encoded.pooled();
            return new Words(wide(step, encoded.states()), pooled == null ? null : wide(step, pooled));
        }
    }

    private static float[] wide(Arena step, NDArray array) {
        return Kernels.get()
                .one(step, "converted", array, Precision.FP32.scalarType(), "cpu")
                .toFloatArray();
    }
}
