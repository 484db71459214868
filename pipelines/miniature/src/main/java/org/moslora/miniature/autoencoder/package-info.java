/**
 * The autoencoder: pictures of the miniature world become latents of a sixteenth as many places and pictures again.
 * Start at {@link org.moslora.miniature.autoencoder.AutoencoderPretraining}.
 */
@NullMarked
package org.moslora.miniature.autoencoder;

import org.jspecify.annotations.NullMarked;
