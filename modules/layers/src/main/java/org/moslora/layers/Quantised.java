package org.moslora.layers;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * A frozen weight as codes and scales. Kernels unpack it just before they multiply with it, in the forward and again in
 * the backward pass, and let go of it after.
 */
public sealed interface Quantised permits Nf4, Int8 {
    /** How many places every linear of a block with such weights has at the end of the kernels' list. */
    int PLACES = 5;

    /** What stands in the weight's own place: an array of whole numbers. */
    NDArray codes();

    /**
     * Everything else in the kernels' order, {@link #PLACES} arrays.
     *
     * @param none an array without entries
     */
    List<NDArray> places(NDArray none);
}
