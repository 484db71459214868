/**
 * The autoencoder between pictures and the latents that a UNet works on: diffusers' AutoencoderKL. {@link
 * org.moslora.diffusion.autoencoder.Autoencoder} encodes pictures to {@link
 * org.moslora.diffusion.autoencoder.Moments} and decodes latents; {@link
 * org.moslora.diffusion.autoencoder.AutoencoderTraining} does both for whole batches and goes back. Start at {@code
 * Autoencoder}.
 */
@NullMarked
package org.moslora.diffusion.autoencoder;

import org.jspecify.annotations.NullMarked;
