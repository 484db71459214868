package org.moslora.diffusion.schedule;

import java.util.List;

/**
 * A whole run of the sampler, planned.
 *
 * @param fromNoise what normal noise is multiplied by to make the first sample
 * @param fromImage how an image's latents and normal noise make the first sample instead, for image to image
 * @param steps one for each call of the model, in order
 */
public record Trajectory(double fromNoise, Blend fromImage, List<SamplingStep> steps) {
    public Trajectory {
        steps = List.copyOf(steps);
    }

    /** How many earlier samples and outputs must be kept for the steps to look back at. */
    public int memory() {
        return steps.stream().mapToInt(SamplingStep::memory).max().orElse(0);
    }
}
