package org.moslora.generation.image;

import org.jspecify.annotations.Nullable;

/**
 * The seams of one model together.
 *
 * @param texts words to states
 * @param denoiser samples to answers
 * @param coder latents to pixels
 * @param noise what pictures begin as
 * @param wider the same model in fp32, asked where this one's numbers overflow; null for none
 */
public record PictureEngine(
        PromptEncoder texts,
        Denoiser denoiser,
        LatentCoder coder,
        NoiseSource noise,
        @Nullable Wider wider) {
    /** Makes an engine when it is first asked for, and the same from then on. */
    @FunctionalInterface
    public interface Wider {
        /** The engine in fp32. */
        PictureEngine get();
    }
}
