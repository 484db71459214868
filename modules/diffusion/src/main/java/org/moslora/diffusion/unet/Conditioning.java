package org.moslora.diffusion.unet;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a prediction depends on beside the latents, for a batch of B pictures.
 *
 * @param times the step of each picture, in steps of training; need not be whole
 * @param text states of each picture's text, [B, n, width] or [B · n, width]
 * @param added what SDXL is told besides; null elsewhere
 * @param read what blocks have made of the text; null where nothing is remembered of it
 */
public record Conditioning(
        List<Double> times,
        NDArray text,
        @Nullable Added added,
        @Nullable ReadText read) {
    /** Copies the times. */
    public Conditioning {
        times = List.copyOf(times);
    }

    /**
     * Pooled text and sizes.
     *
     * @param pooled [B, width]
     * @param sizes six for each picture: original height and width, crop top and left, target height and width
     */
    public record Added(NDArray pooled, List<Integer> sizes) {
        /** Copies the sizes. */
        public Added {
            sizes = List.copyOf(sizes);
        }
    }

    /** Of a text of which nothing is remembered. */
    public Conditioning(List<Double> times, NDArray text, @Nullable Added added) {
        this(times, text, added, null);
    }

    /** For Stable Diffusion 1 and 2. */
    public Conditioning(List<Double> times, NDArray text) {
        this(times, text, null);
    }
}
