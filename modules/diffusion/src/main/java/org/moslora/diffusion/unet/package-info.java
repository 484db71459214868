/**
 * The UNet of Stable Diffusion 1, 2 and XL (Rombach et al. 2022, arXiv:2112.10752; Podell et al. 2023,
 * arXiv:2307.01952), as diffusers names and computes it. {@link org.moslora.diffusion.unet.UNetConfig} is what its
 * config says, {@link org.moslora.diffusion.unet.UNetNames} what tensors follow from that, and {@link
 * org.moslora.diffusion.unet.UNet} the model: prediction, and forward and backward for training. One kernel call runs a
 * whole resnet or transformer block. Start at {@code UNet}.
 */
@NullMarked
package org.moslora.diffusion.unet;

import org.jspecify.annotations.NullMarked;
