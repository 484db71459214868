package org.moslora.diffusion.folder;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.diffusion.text.TextEncoder;
import org.moslora.diffusion.text.TextPass;
import org.moslora.diffusion.text.TextRequest;
import org.moslora.diffusion.unet.TextGradient;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;
import org.moslora.layers.Seeds;

/**
 * The text encoders of one model together: they give the UNet its text, and take its gradient back. Stable Diffusion 1
 * and 2 read the last states under the final norm; XL reads the last but one of both encoders side by side, without
 * norm, and the pooled text of the second. Owns the encoders.
 */
public final class TextEncoders implements AutoCloseable {
    private final List<TextEncoder> encoders;

    TextEncoders(List<TextEncoder> encoders) {
        this.encoders = List.copyOf(encoders);
    }

    /**
     * Texts as the UNet reads them, and what the backward pass needs. Lives in the step's arena.
     *
     * @param states [texts · tokens, width] in the model's format
     * @param pooled [texts, width]; null but for XL
     * @param passes each encoder's own
     */
    public record Encoded(NDArray states, @Nullable NDArray pooled, List<TextPass> passes) {}

    /** The encoders, one, or two for XL. */
    public List<TextEncoder> all() {
        return encoders;
    }

    /** An arena for one step, closed with the encoders at the latest. */
    public Arena step() {
        return encoders.get(0).step();
    }

    /**
     * Encodes texts, keeping nothing for a backward pass.
     *
     * @param step owns the result
     * @param texts for each encoder the token ids of every text; the texts are those of one batch
     * @param clipSkip blocks at the end that are left out, 0 for none
     */
    public Encoded encode(Arena step, List<List<int[]>> texts, int clipSkip) {
        List<TextPass> passes = new ArrayList<>();
        for (int i = 0; i < encoders.size(); i++) {
            passes.add(encoders.get(i).encode(step, texts.get(i), request(i, clipSkip)));
        }
        return joined(step, passes);
    }

    /**
     * Encodes texts for training; see {@link TextEncoder#forward}.
     *
     * @param texts as in {@link #encode}
     */
    public Encoded forward(Arena step, List<List<int[]>> texts, int clipSkip, long keep, long seed) {
        List<TextPass> passes = new ArrayList<>();
        for (int i = 0; i < encoders.size(); i++) {
            long own = Seeds.mix(seed, i);
            passes.add(encoders.get(i).forward(step, texts.get(i), request(i, clipSkip), keep, own));
        }
        return joined(step, passes);
    }

    /** Adds the gradients of everything that learns, from what the UNet's backward pass returned. */
    public void backward(Arena step, Encoded encoded, TextGradient gradient) {
        int start = 0;
        for (int i = 0; i < encoders.size(); i++) {
            int width = encoders.get(i).config().hidden();
            NDArray own = encoders.size() == 1
                    ? gradient.text()
                    : Kernels.get().one(step, "columns", gradient.text(), start, width);
            boolean pools = encoded.passes().get(i).pooled() != null;
            encoders.get(i).backward(step, encoded.passes().get(i), own, pools ? gradient.pooled() : null);
            start += width;
        }
    }

    private TextRequest request(int index, int clipSkip) {
        return encoders.size() == 1 ? TextRequest.plain(clipSkip) : TextRequest.xl(clipSkip, index == 1);
    }

    private static Encoded joined(Arena step, List<TextPass> passes) {
        List<NDArray> states = passes.stream().map(TextPass::states).toList();
        return new Encoded(
                Kernels.get().joined(step, states, 1),
                passes.get(passes.size() - 1).pooled(),
                passes);
    }

    @Override
    public void close() {
        encoders.forEach(TextEncoder::close);
    }
}
