/**
 * Stable Diffusion 1, 2 and XL. {@code folder} opens what is on disk and builds the models of {@code text}, {@code unet}
 * and {@code autoencoder}, which stand on {@code parts}; {@code ldm} knows the names of single-file checkpoints; {@code
 * schedule} has the noise schedules and samplers. Start at {@code org.moslora.diffusion.folder.StableDiffusion}.
 */
@NullMarked
package org.moslora.diffusion;

import org.jspecify.annotations.NullMarked;
