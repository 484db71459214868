package org.moslora.diffusion.schedule;

/**
 * A noisy sample: {@code image}·x₀ + {@code noise}·ε.
 *
 * @param image weight of the clean sample
 * @param noise weight of the noise
 */
public record Blend(double image, double noise) {}
