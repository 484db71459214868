package org.moslora.diffusion.mmdit;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * What a prediction depends on beside the latents, for a batch of B pictures.
 *
 * @param times of each picture, from 0 to 1000; need not be whole
 * @param text states of each picture's text, [B · words, width]
 * @param pooled [B, width]
 * @param guidance what a model that is told the guidance is told
 */
public record MmditInput(List<Double> times, NDArray text, NDArray pooled, double guidance) {
    /** Copies the times. */
    public MmditInput {
        times = List.copyOf(times);
    }
}
