package org.moslora.layers;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * ΔW as it is, for changes of high rank.
 *
 * @param change [outputs, inputs]
 */
public record Dense(NDArray change) implements AdapterDelta {
    @Override
    public List<NDArray> places(NDArray none) {
        return List.of(change, none, none, none);
    }
}
