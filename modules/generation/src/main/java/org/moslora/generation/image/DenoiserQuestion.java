package org.moslora.generation.image;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * What a denoiser that learns is asked of a batch of B pictures.
 *
 * @param noisy latents, [B, channels, h, w]
 * @param times of each picture, in steps of training
 * @param text of each picture
 * @param sizes six for each picture, which Stable Diffusion XL is told
 * @param told of guidance, to models that were distilled with it
 * @param kept bytes that the insides of blocks may take until the backward pass
 * @param seed of its dropout masks
 */
public record DenoiserQuestion(
        NDArray noisy, List<Double> times, TextStates text, List<Integer> sizes, double told, long kept, long seed) {
    /** Copies the lists. */
    public DenoiserQuestion {
        times = List.copyOf(times);
        sizes = List.copyOf(sizes);
    }
}
