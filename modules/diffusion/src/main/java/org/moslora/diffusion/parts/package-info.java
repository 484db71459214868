/**
 * What the files of Stable Diffusion have in common, whichever program has written them. A
 * {@link org.moslora.diffusion.parts.Derivation} says how one tensor comes about from another, and
 * {@link org.moslora.diffusion.parts.DerivedWeights} gives tensors that are so cut out of, reshaped from or transposed from
 * those of a file, mapped where they can be. Start at {@code DerivedWeights}.
 */
@NullMarked
package org.moslora.diffusion.parts;

import org.jspecify.annotations.NullMarked;
