package org.moslora.training;

/**
 * What a training will roughly take, told before anything large is touched.
 *
 * @param weights bytes of the base, mapped from the files where that is possible
 * @param trained bytes of parameters, gradients and moments
 * @param activations bytes that a step holds
 * @param steps how many there will be
 */
public record RunEstimate(long weights, long trained, long activations, int steps) {
    /** All of its memory. */
    public long bytes() {
        return weights + trained + activations;
    }
}
