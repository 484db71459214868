package org.moslora.adapters;

import ai.djl.ndarray.NDArray;
import org.moslora.layers.Arena;

/** The weights of a model that adapters are for. */
@FunctionalInterface
public interface BaseWeights {
    /**
     * The weight of the layer at a path, in fp32: [outputs, inputs], of a convolution with its kernel's axes.
     *
     * @param arena owns it
     */
    NDArray wide(Arena arena, String path);
}
