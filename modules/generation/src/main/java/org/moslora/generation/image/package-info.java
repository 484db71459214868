/**
 * Pictures from noise. Three seams ask of an engine what painting needs: {@link
 * org.moslora.generation.image.PromptEncoder} (words to states), {@link org.moslora.generation.image.Denoiser} (one step
 * in, one step out) and {@link org.moslora.generation.image.LatentCoder} (latents to pixels and back); all of them speak
 * plain arrays. {@link org.moslora.generation.image.ImageSampler} runs the scheduler's steps over them, batch by batch, while
 * the pictures of the batch before are written. A model comes as an {@link org.moslora.generation.image.ImageModel}, checked
 * and not loaded; {@link org.moslora.generation.image.PictureRunner} paints with one set of adapters after the other, {@link
 * org.moslora.generation.image.TrainableDenoiser} learns. Start at {@code ImageSampler} for painting, at {@code ImageModel}
 * for what a family brings.
 */
@NullMarked
package org.moslora.generation.image;

import org.jspecify.annotations.NullMarked;
