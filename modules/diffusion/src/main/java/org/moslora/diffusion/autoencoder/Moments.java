package org.moslora.diffusion.autoencoder;

import ai.djl.ndarray.NDArray;

/**
 * What a picture is encoded to: a normal distribution over latents, not scaled yet.
 *
 * @param mean [B, channels, h, w] in fp32
 * @param deviation [B, channels, h, w] in fp32
 */
public record Moments(NDArray mean, NDArray deviation) {}
