package org.moslora.diffusion.unet;

import ai.djl.ndarray.NDArray;
import java.util.function.IntFunction;
import org.moslora.diffusion.schedule.Blend;
import org.moslora.diffusion.schedule.ForwardProcess;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;

/**
 * What a UNet is asked in training, and what it should answer.
 *
 * @param noisy latents with noise of their timesteps, [B, channels, h, w]
 * @param target what the model's prediction is compared with, of the same shape
 */
public record DenoisingTarget(NDArray noisy, NDArray target) {
    /**
     * Puts noise on latents.
     *
     * @param arena owns both arrays
     * @param process says how much, and what the model is to answer
     * @param clean [B, channels, h, w]
     * @param noise standard normal, of the same shape
     * @param times of each picture
     */
    public static DenoisingTarget of(Arena arena, ForwardProcess process, NDArray clean, NDArray noise, long[] times) {
        return new DenoisingTarget(
                blended(arena, clean, noise, times, process::add),
                blended(arena, clean, noise, times, process::target));
    }

    private static NDArray blended(Arena arena, NDArray clean, NDArray noise, long[] times, IntFunction<Blend> blends) {
        float[] image = new float[times.length];
        float[] own = new float[times.length];
        for (int i = 0; i < times.length; i++) {
            Blend blend = blends.apply((int) times[i]);
            image[i] = (float) blend.image();
            own[i] = (float) blend.noise();
        }
        return Kernels.get()
                .one(arena, "blended", clean, noise, arena.floats(image, image.length), arena.floats(own, own.length));
    }
}
