/**
 * How files of each program spell the place and role of a tensor: {@link org.moslora.adapters.names.Naming}, one class
 * a style, each in both directions. All lead to the same paths, those of diffusers and transformers with the component
 * in front ({@code unet.down_blocks.0…}). Start at {@code Naming}.
 */
@NullMarked
package org.moslora.adapters.names;

import org.jspecify.annotations.NullMarked;
