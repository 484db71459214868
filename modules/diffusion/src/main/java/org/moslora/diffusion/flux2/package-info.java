/**
 * FLUX.2's transformer: double blocks of text and picture, then single ones over both, as diffusers'
 * Flux2Transformer2DModel computes it. Start at {@link org.moslora.diffusion.flux2.Flux2}.
 */
@NullMarked
package org.moslora.diffusion.flux2;

import org.jspecify.annotations.NullMarked;
