package org.moslora.llava;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.moslora.layers.Arena;
import org.moslora.layers.BlockTensors;
import org.moslora.layers.Kernels;
import org.moslora.layers.block.ModelBuilder;

/** The two linears between tower and language model. */
public final class Projector {
    private final String activation;
    private final BlockTensors tensors;

    /** Makes its parts. */
    public Projector(ModelBuilder builder, LlavaConfig config) {
        this.activation = config.projectorActivation();
        this.tensors = builder.tensors(
                List.of(),
                builder.linear(LlavaNames.PROJECTOR + "linear_1"),
                builder.linear(LlavaNames.PROJECTOR + "linear_2"));
    }

    /** Whether a backward pass has anything to gather here. */
    public boolean learns() {
        return tensors.learns();
    }

    /** features [m, width] to embeddings [m, hidden]; the other arrays are what the backward pass needs. */
    public NDArray[] forward(Arena arena, NDArray features, long seed) {
        return Kernels.get().call(arena, "projector_forward", features, tensors.block(), seed, activation);
    }

    /** Gathers the projector's gradients; the gradient of the features where {@code need} says so. */
    public NDArray backward(Arena arena, NDArray dy, NDArray features, List<NDArray> saved, long seed, boolean need) {
        return Kernels.get()
                .one(arena, "projector_backward", dy, features, saved, tensors.block(), seed, need, activation);
    }
}
