/**
 * The components of image generators as graphs, one function a block, in the order in which {@code
 * org.moslora.diffusion} runs them. Start at {@link org.moslora.onnx.picture.UNetGraph}.
 */
@NullMarked
package org.moslora.onnx.picture;

import org.jspecify.annotations.NullMarked;
