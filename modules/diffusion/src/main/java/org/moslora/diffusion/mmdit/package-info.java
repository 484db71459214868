/**
 * Transformers of two streams, of text and of places of a picture, with one attention (Esser et al. 2024,
 * arXiv:2403.03206): those of Stable Diffusion 3 and 3.5 and of FLUX.1. Start at {@link
 * org.moslora.diffusion.mmdit.Mmdit}.
 */
@NullMarked
package org.moslora.diffusion.mmdit;

import org.jspecify.annotations.NullMarked;
