package org.moslora.layers;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * ΔW = (outer₁·inner₁) ⊙ (outer₂·inner₂). Kernels make it where they need it and keep it no longer than one product.
 *
 * @param outer [2, outputs, rank]
 * @param inner [2, rank, inputs]
 */
public record Hadamard(NDArray outer, NDArray inner) implements AdapterDelta {
    @Override
    public List<NDArray> places(NDArray none) {
        return List.of(outer, inner, none, none);
    }
}
