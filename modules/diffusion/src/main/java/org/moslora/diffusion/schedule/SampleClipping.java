package org.moslora.diffusion.schedule;

/**
 * The one part of an update that is not linear: {@code weight} · clamp({@code sample}·x + {@code output}·y, ±{@code
 * limit}), where x is the sample and y the model's output of the same step. Models of pixels want their clean sample
 * held to the range of pixels; latents have none.
 *
 * @param weight of the clamped estimate in the next sample
 * @param sample weight of the sample in the estimate
 * @param output weight of the output in the estimate
 * @param limit the largest magnitude
 */
public record SampleClipping(double weight, double sample, double output, double limit) {}
