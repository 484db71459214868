/**
 * What the files of Stable Diffusion have in common: {@link org.moslora.diffusion.parts.DerivedWeights} gives tensors that
 * are cut out of, reshaped from or transposed from others.
 */
@NullMarked
package org.moslora.diffusion.parts;

import org.jspecify.annotations.NullMarked;
