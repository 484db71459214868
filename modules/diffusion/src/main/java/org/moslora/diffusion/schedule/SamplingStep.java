package org.moslora.diffusion.schedule;

import org.jspecify.annotations.Nullable;

/**
 * One call of the model and what is made of its answer. With x₀ the sample now and y₀ the model's output for it, x₁ and
 * y₁ those of the step before, and so on, and z fresh normal noise, the next sample is
 *
 * <pre>Σᵢ samples[i]·xᵢ + Σᵢ outputs[i]·yᵢ + noise·z (+ {@link SampleClipping})</pre>
 *
 * @param timestep what the model is told, fractional in some schedules
 * @param inputScale what the sample is multiplied by before the model sees it; the x above is without it
 * @param samples weights of this and earlier samples, newest first, without zeros at the end
 * @param outputs weights of this and earlier outputs, the same way
 * @param noise weight of the noise; none is to be drawn if this is 0
 * @param clip the clamped part, if there is one
 */
@SuppressWarnings("ArrayRecordComponent") // a handful of numbers that nobody compares
public record SamplingStep(
        double timestep,
        double inputScale,
        double[] samples,
        double[] outputs,
        double noise,
        @Nullable SampleClipping clip) {

    /** How many earlier steps this one looks back at. */
    public int memory() {
        return Math.max(1, Math.max(samples.length, outputs.length)) - 1;
    }

    boolean finite() {
        double sum = noise + (clip == null ? 0 : clip.weight() + clip.sample() + clip.output());
        for (double weight : samples) {
            sum += weight;
        }
        for (double weight : outputs) {
            sum += weight;
        }
        return Double.isFinite(sum + inputScale + timestep);
    }
}
