package org.moslora.diffusion.schedule;

import java.util.Arrays;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** Adds up the weights of one {@link SamplingStep}; {@code back} counts steps back from the present one. */
final class Combination {
    private double[] samples = new double[1];
    private double[] outputs = new double[1];
    private double noise;
    private @Nullable SampleClipping clip;

    Combination sample(int back, double weight) {
        samples = added(samples, back, weight);
        return this;
    }

    Combination output(int back, double weight) {
        outputs = added(outputs, back, weight);
        return this;
    }

    Combination estimate(int back, Estimate estimate, double weight) {
        return sample(back, weight * estimate.sample()).output(back, weight * estimate.output());
    }

    /** An estimate of the present step, clamped if there is a range. */
    Combination clipped(Estimate estimate, double weight, OptionalDouble range) {
        if (range.isEmpty()) {
            return estimate(0, estimate, weight);
        }
        clip = new SampleClipping(weight, estimate.sample(), estimate.output(), range.getAsDouble());
        return this;
    }

    Combination noise(double weight) {
        noise = weight;
        return this;
    }

    SamplingStep step(double timestep, double inputScale) {
        return new SamplingStep(timestep, inputScale, trimmed(samples), trimmed(outputs), noise, clip);
    }

    private static double[] added(double[] weights, int back, double weight) {
        double[] sums = back < weights.length ? weights : Arrays.copyOf(weights, back + 1);
        sums[back] += weight;
        return sums;
    }

    private static double[] trimmed(double[] weights) {
        int length = weights.length;
        while (length > 0 && weights[length - 1] == 0) {
            length--;
        }
        return Arrays.copyOf(weights, length);
    }
}
