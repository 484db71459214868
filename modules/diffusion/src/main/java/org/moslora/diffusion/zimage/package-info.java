/**
 * Z-Image's transformer: one stream of picture and caption, as diffusers' ZImageTransformer2DModel computes it. Start at
 * {@link org.moslora.diffusion.zimage.ZImage}.
 */
@NullMarked
package org.moslora.diffusion.zimage;

import org.jspecify.annotations.NullMarked;
