package org.moslora.diffusion.flow;

import ai.djl.ndarray.NDArray;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;

/**
 * What a model is asked that learns by flow matching, and what it should answer: at noise level σ a sample is (1 − σ)·x +
 * σ·ε, and its velocity is ε − x.
 *
 * @param noisy latents with noise of their levels, [B, channels, h, w]
 * @param velocity what the model's answer is compared with, of the same shape
 */
public record FlowTarget(NDArray noisy, NDArray velocity) {
    /**
     * Puts noise on latents.
     *
     * @param arena owns both arrays
     * @param clean [B, channels, h, w]
     * @param noise standard normal, of the same shape
     * @param levels of each picture
     */
    public static FlowTarget of(Arena arena, NDArray clean, NDArray noise, float[] levels) {
        float[] image = new float[levels.length];
        float[] minus = new float[levels.length];
        float[] one = new float[levels.length];
        for (int i = 0; i < levels.length; i++) {
            image[i] = 1 - levels[i];
            minus[i] = -1;
            one[i] = 1;
        }
        return new FlowTarget(blended(arena, clean, noise, image, levels), blended(arena, clean, noise, minus, one));
    }

    private static NDArray blended(Arena arena, NDArray clean, NDArray noise, float[] image, float[] own) {
        return Kernels.get()
                .one(arena, "blended", clean, noise, arena.floats(image, image.length), arena.floats(own, own.length));
    }
}
