package org.moslora.adapters;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import org.moslora.layers.Arena;
import org.moslora.layers.FlatParameters;
import org.moslora.layers.Kernels;

/** LoRA: nothing between the factors. */
final class PlainCore implements Core {
    @Override
    public void reserve(FlatParameters.Plan plan, String group, int layers, int rank) {
        // LoRA has no parameters besides its factors.
    }

    @Override
    public void attach(FlatParameters parameters, Arena arena, long[] seeds) {
        // Nor start values.
    }

    @Override
    public void fold(Arena arena, NDArray down, double scale, NDArray pair) {
        Kernels.get().call(arena, "fold_plain", down, scale, pair);
    }

    @Override
    public void pullBack(Arena arena, NDArray gradient, NDArray down, double scale) {
        Kernels.get().call(arena, "pull_back_plain", gradient, scale);
    }

    @Override
    public Map<String, NDArray> tensors(int layer) {
        return Map.of();
    }
}
