/**
 * CLIP's text encoders, the only thing that tells a UNet what to draw. {@link org.moslora.diffusion.text.TextEncoder}
 * turns token ids into the states that one {@link org.moslora.diffusion.text.TextRequest} asks for, and takes their
 * gradient back to the adapters on its linears. Start at {@code TextEncoder}.
 */
@NullMarked
package org.moslora.diffusion.text;

import org.jspecify.annotations.NullMarked;
