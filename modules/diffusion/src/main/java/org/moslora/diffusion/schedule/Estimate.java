package org.moslora.diffusion.schedule;

/**
 * Something estimated from one model call, as a combination of the sample and the model's output.
 *
 * @param sample weight of the sample
 * @param output weight of the output
 */
record Estimate(double sample, double output) {
    /** The clean sample, where the sample at hand is {@code signal}·x₀ + {@code noise}·ε. */
    static Estimate clean(Prediction prediction, double signal, double noise) {
        return switch (prediction) {
            case EPSILON -> new Estimate(1 / signal, -noise / signal);
            case VELOCITY -> new Estimate(signal, -noise);
            case SAMPLE -> new Estimate(0, 1);
        };
    }

    /** The noise ε in the same sample. */
    static Estimate noise(Prediction prediction, double signal, double noise) {
        return switch (prediction) {
            case EPSILON -> new Estimate(0, 1);
            case VELOCITY -> new Estimate(noise, signal);
            case SAMPLE -> new Estimate(1 / noise, -signal / noise);
        };
    }
}
