package org.moslora.layers;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * ΔW = up·down. On a convolution, down is one of the same kernel, stride and padding, its weight flattened, and up a 1×1
 * convolution.
 *
 * @param down [rank, inputs]
 * @param up [outputs, rank]
 */
public record LowRank(NDArray down, NDArray up) implements AdapterDelta {
    @Override
    public List<NDArray> places(NDArray none) {
        return List.of(down, up, none, none);
    }
}
