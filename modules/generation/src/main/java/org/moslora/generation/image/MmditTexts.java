package org.moslora.generation.image;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.moslora.diffusion.mmdit.MmditConfig;
import org.moslora.diffusion.t5.T5Encoder;
import org.moslora.diffusion.text.TextEncoder;
import org.moslora.diffusion.text.TextPass;
import org.moslora.diffusion.text.TextRequest;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Kernels;

/**
 * What reads the texts of a Stable Diffusion 3 or FLUX.1. FLUX.1's text is T5's states, its pooled text that of CLIP. The
 * text of a Stable Diffusion 3 is the CLIPs' states side by side, as wide as T5's by zeros, and T5's behind them, zeros
 * where there is no T5; its pooled text is that of both CLIPs.
 */
final class MmditTexts implements LoadedTexts {
    private final MmditConfig transformer;
    private final List<TextEncoder> clips;
    private final @Nullable T5Encoder t5;
    private final MmditTokens tokens;
    private final Arena arena;

    /** Owns the encoders; the tokenizers stay their owner's. */
    MmditTexts(
            MmditConfig transformer,
            List<TextEncoder> clips,
            @Nullable T5Encoder t5,
            MmditTokens tokens,
            Compute compute) {
        this.transformer = transformer;
        this.clips = List.copyOf(clips);
        this.t5 = t5;
        this.tokens = tokens;
        this.arena = Arena.open(compute);
    }

    @Override
    public PromptEmbedding of(String text, TextReading reading) {
        try (Arena step = arena.child()) {
            List<NDArray> states = new ArrayList<>();
            List<NDArray> pooled = new ArrayList<>();
            List<int[]> ids = tokens.clips(text);
            for (int i = 0; i < clips.size(); i++) {
                // Of FLUX.1's CLIP nothing but the pooled text is read, which takes all blocks.
                TextRequest wanted =
                        transformer.flux() ? new TextRequest(0, false, true) : TextRequest.xl(reading.clipSkip(), true);
                TextPass pass = clips.get(i).encode(step, List.of(ids.get(i)), wanted);
                states.add(pass.states());
                pooled.add(Objects.requireNonNull(pass.pooled()));
            }
            return new PromptEmbedding(
                    context(step, text, states, reading.length()),
                    Kernels.get().floats(step, Kernels.get().joined(step, pooled, 1)));
        }
    }

    /** [tokens, width] row by row. */
    private float[] context(Arena step, String text, List<NDArray> states, int length) {
        float[] deep = t5 == null
                ? new float[length * transformer.textWidth()]
                : Kernels.get().floats(step, t5.encode(step, List.of(tokens.t5(text, length))));
        List<float[]> clipStates = new ArrayList<>();
        states.forEach(each -> clipStates.add(Kernels.get().floats(step, each)));
        return MmditContext.of(
                transformer, clipStates, (int) states.get(0).getShape().get(0), deep);
    }

    @Override
    public boolean zeroForNothing() {
        return false;
    }

    @Override
    public void close() {
        clips.forEach(TextEncoder::close);
        if (t5 != null) {
            t5.close();
        }
        arena.close();
    }
}
