/**
 * Image generators on disk: a diffusers folder or a single-file checkpoint. {@link
 * org.moslora.diffusion.folder.StableDiffusion} checks configs and tensors of all components against each other before
 * anything is loaded, and then builds each component on its own, so that text encoders and autoencoder can be let go
 * while the UNet is trained; {@link org.moslora.diffusion.folder.MmditFiles} does so for FLUX.1 and Stable Diffusion 3,
 * {@link org.moslora.diffusion.folder.TransformerFiles} holds what was read of Z-Image and FLUX.2. The packages beside this
 * one compute: {@code text}, {@code t5}, {@code unet}, {@code autoencoder}, the transformers, and in {@code schedule} noise
 * schedules and samplers; {@code ldm} knows the names of single-file checkpoints. Start at {@link
 * org.moslora.diffusion.folder.ImageModelFiles}, which is what all of them are.
 */
@NullMarked
package org.moslora.diffusion.folder;

import org.jspecify.annotations.NullMarked;
