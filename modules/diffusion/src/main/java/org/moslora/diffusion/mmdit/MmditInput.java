package org.moslora.diffusion.mmdit;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * What a prediction depends on beside the latents, for a batch of B pictures.
 *
 * @param times of each picture, from 0 to 1000; need not be whole
 * @param text states of each picture's text, [B · words, width]
 * @param pooled [B, width]
 * @param guidance of each picture, which models that were distilled with it are told
 */
public record MmditInput(List<Double> times, NDArray text, NDArray pooled, List<Double> guidance) {
    /** Copies the lists. */
    public MmditInput {
        times = List.copyOf(times);
        guidance = List.copyOf(guidance);
    }
}
