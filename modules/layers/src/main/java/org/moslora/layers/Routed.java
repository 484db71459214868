package org.moslora.layers;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * A mixture of low-rank experts, whose change depends on x: Σ g_e·up_e·down_e·x over the experts e whose entries of
 * router·x are the largest, g the softmax over those entries.
 *
 * @param down [experts, rank, inputs]
 * @param up [experts, outputs, rank]
 * @param router [experts, inputs]
 * @param top an array [k, 0] without entries, where k experts count for each x; kernels read its shape alone
 */
public record Routed(NDArray down, NDArray up, NDArray router, NDArray top) implements AdapterDelta {
    @Override
    public List<NDArray> places(NDArray none) {
        return List.of(down, up, router, top);
    }
}
