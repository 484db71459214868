package org.moslora.generation.image;

/** Latents to pixels and back, one picture at a time, on the thread of the {@link Denoiser} and never beside it. */
public interface LatentCoder {
    /**
     * The pixels that latents stand for.
     *
     * @param latents [channels, height, width] as the denoiser has them
     * @return [3, height, width] nominally in [−1, 1], not clipped
     */
    float[] decode(float[] latents, LatentShape shape);

    /**
     * Latents of a picture as the denoiser has them.
     *
     * @param pixels [3, height, width] in [−1, 1]
     * @param noise standard normal, [channels, height, width]: which of the latents that stand for the picture
     */
    float[] encode(float[] pixels, float[] noise, LatentShape shape);
}
