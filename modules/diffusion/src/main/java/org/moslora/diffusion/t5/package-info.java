/**
 * The text encoder of T5 1.1, which Stable Diffusion 3 and FLUX.1 read besides CLIP's. Start at {@link
 * org.moslora.diffusion.t5.T5Encoder}.
 */
@NullMarked
package org.moslora.diffusion.t5;

import org.jspecify.annotations.NullMarked;
