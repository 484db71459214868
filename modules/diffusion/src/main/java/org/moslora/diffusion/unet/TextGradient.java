package org.moslora.diffusion.unet;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;

/**
 * What the text encoders are to learn from.
 *
 * @param text gradient of the text states, [B · n, width]
 * @param pooled gradient of the pooled text, [B, width]; null but for SDXL
 */
public record TextGradient(NDArray text, @Nullable NDArray pooled) {}
