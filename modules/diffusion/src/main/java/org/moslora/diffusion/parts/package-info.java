/**
 * What the models of Stable Diffusion are put together from: {@link org.moslora.diffusion.parts.Parts} hands out tensors,
 * linears and convolutions by name and is the one place where these are made, {@link
 * org.moslora.diffusion.parts.TensorShapes} gathers what a model expects of its weights, and {@link
 * org.moslora.diffusion.parts.ConfigSection} reads a config with its class's defaults. Start at {@code Parts}.
 */
@NullMarked
package org.moslora.diffusion.parts;

import org.jspecify.annotations.NullMarked;
