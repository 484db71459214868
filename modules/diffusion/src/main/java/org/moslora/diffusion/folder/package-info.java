/**
 * Stable Diffusion on disk: a diffusers folder or a single-file checkpoint. {@link
 * org.moslora.diffusion.folder.StableDiffusion} checks configs and tensors of all components against each other before
 * anything is loaded, and then builds each component on its own, so that text encoders and autoencoder can be let go
 * while the UNet is trained. Start there.
 */
@NullMarked
package org.moslora.diffusion.folder;

import org.jspecify.annotations.NullMarked;
