/**
 * The image generator: a UNet and a text encoder learn to paint the miniature world, in the latents of an autoencoder
 * that is trained already. Start at {@link org.moslora.miniature.picture.PicturePretraining}.
 */
@NullMarked
package org.moslora.miniature.picture;

import org.jspecify.annotations.NullMarked;
