/**
 * The image generators: a UNet and a text encoder, or a transformer by flow matching, learn to paint the miniature world
 * in the latents of an autoencoder that is trained already. Start at {@link
 * org.moslora.miniature.picture.PicturePretraining} or {@link org.moslora.miniature.picture.FlowPretraining}; the stage is
 * one for both.
 */
@NullMarked
package org.moslora.miniature.picture;

import org.jspecify.annotations.NullMarked;
