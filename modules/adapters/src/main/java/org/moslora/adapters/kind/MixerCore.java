package org.moslora.adapters.kind;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.moslora.adapters.form.TensorRole;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;

/** A learnable M [r, r] between the factors: dM = s·dA'·Aᵀ and dA = s·Mᵀ·dA' bring the gradient of A' = s·M·A back. */
final class MixerCore implements Core {
    private final Parameter mixer;

    MixerCore(int rank, Parameter.Start start) {
        this.mixer = Parameter.inner(TensorRole.MIXER, start, rank, rank);
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(mixer);
    }

    @Override
    public void materialize(Arena arena, NDArray down, double scale, NDArray pair) {
        Kernels.get().call(arena, "fold", mixer.value(), down, scale, pair);
    }

    @Override
    public void backward(Arena arena, NDArray gradient, NDArray down, double scale) {
        Kernels.get().call(arena, "pull_back", gradient, mixer.value(), down, scale, mixer.gradient());
    }
}
