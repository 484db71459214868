/**
 * Transformers that denoise by flow matching, of whatever family: what painting and training ask of them, and how their
 * streams lie. Start at {@link org.moslora.diffusion.flow.FlowTransformer}.
 */
@NullMarked
package org.moslora.diffusion.flow;

import org.jspecify.annotations.NullMarked;
