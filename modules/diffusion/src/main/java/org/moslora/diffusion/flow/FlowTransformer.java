package org.moslora.diffusion.flow;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.moslora.layers.Arena;
import org.moslora.layers.block.Model;

/** A transformer that answers the velocity of noisy latents, ready to run. Used by one thread; owns its weights. */
public interface FlowTransformer extends Model {
    /** Width of the text states that it reads. */
    int textWidth();

    /**
     * Gets ready for latents of one size under the same texts, without a way back: what steps have in common is computed
     * here.
     *
     * @param arena owns what is kept from step to step
     * @param height of the latents
     */
    FlowSession open(Arena arena, FlowText text, int height, int width);

    /**
     * Predicts for training.
     *
     * @param step owns everything that is made
     * @param latents [B, channels, h, w]
     * @param times of each picture, in steps of training
     * @param keep bytes that the insides of blocks may take until the backward pass; others are computed again
     * @param seed of this pass's dropout masks
     */
    FlowPass forward(Arena step, NDArray latents, List<Double> times, FlowText text, long keep, long seed);
}
