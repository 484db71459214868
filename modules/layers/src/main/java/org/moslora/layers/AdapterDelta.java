package org.moslora.layers;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * What a kernel understands of an adapter on a linear layer or convolution: a change ΔW of its weight, the scale inside,
 * and perhaps a gain on its output. The same forms collect the gradients. On a convolution ΔW is
 * [outputs, channels·height·width].
 */
public sealed interface AdapterDelta permits LowRank, Kronecker, Hadamard, Dense, Routed, OutputGain {
    /** How many places every linear has in the kernels' lists of adapters. */
    int PLACES = 4;

    /**
     * Its arrays in the kernels' order, with {@code none} where there is nothing; {@link #PLACES} of them.
     *
     * @param none an array without entries
     */
    List<NDArray> places(NDArray none);
}
