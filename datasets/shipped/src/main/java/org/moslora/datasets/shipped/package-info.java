/**
 * Small models that ship with the program, trained by it from nothing on the miniature world: a LLaVA, a Stable
 * Diffusion, and a CLIP that judges pictures. Their files stand beside this package, with a card that says how they were
 * made. Start at {@link org.moslora.datasets.shipped.ShippedModels}, which puts them where models are read from.
 */
@NullMarked
package org.moslora.datasets.shipped;

import org.jspecify.annotations.NullMarked;
