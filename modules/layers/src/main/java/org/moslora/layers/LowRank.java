package org.moslora.layers;

import ai.djl.ndarray.NDArray;

/**
 * What a kernel understands of an adapter on a linear: {@code y = Wx + up·down·x}, the scale inside. The same shape
 * also collects the gradients of the two factors. On a convolution, down is one of the same kernel, stride and padding,
 * its weight flattened, and up a 1×1 convolution.
 *
 * @param down [rank, inputs]
 * @param up [outputs, rank]
 */
public record LowRank(NDArray down, NDArray up) {}
