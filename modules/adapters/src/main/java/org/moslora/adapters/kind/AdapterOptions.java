package org.moslora.adapters.kind;

import org.moslora.problems.InvalidInput;

/**
 * What goes with several kinds.
 *
 * @param rootScale whether the scale is alpha/√rank (rsLoRA, Kalajdzievski 2023, arXiv:2312.03732)
 * @param magnitude whether DoRA's magnitude stands on the outputs
 * @param outerRatio learning rate of B and of vectors over that of the other factors (LoRA+, Hayou et al. 2024,
 *     arXiv:2402.12354); above 0
 * @param bias which biases are trained too
 */
public record AdapterOptions(boolean rootScale, boolean magnitude, double outerRatio, TrainedBias bias) {
    /** Nothing of it. */
    public static final AdapterOptions NONE = new AdapterOptions(false, false, 1);

    /** Without trained biases. */
    public AdapterOptions(boolean rootScale, boolean magnitude, double outerRatio) {
        this(rootScale, magnitude, outerRatio, TrainedBias.NONE);
    }

    public AdapterOptions {
        if (!(outerRatio > 0) || Double.isInfinite(outerRatio)) {
            throw new InvalidInput("lora_plus_ratio", "must be above 0, got " + outerRatio);
        }
    }
}
