package org.moslora.layers;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * ΔW = small ⊗ (a·b), or small ⊗ b.
 *
 * @param small [l, m]
 * @param a [outputs/l, rank], or null
 * @param b [rank, inputs/m]; without a [outputs/l, inputs/m]
 */
public record Kronecker(NDArray small, @Nullable NDArray a, NDArray b) implements AdapterDelta {
    @Override
    public List<NDArray> places(NDArray none) {
        return List.of(small, a == null ? none : a, b, none);
    }
}
