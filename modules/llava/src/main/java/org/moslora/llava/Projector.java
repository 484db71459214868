package org.moslora.llava;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;
import org.moslora.layers.Linear;
import org.moslora.layers.LinearStack;
import org.moslora.llama.Parts;

/** The two linears between tower and language model. */
public final class Projector {
    private final String activation;
    private final List<Linear> linears;
    private final NDArray none;
    private @Nullable LinearStack stack;

    /** Makes its parts. */
    public Projector(Parts parts, LlavaConfig config) {
        this.activation = config.projectorActivation();
        this.none = parts.none();
        this.linears = List.of(
                parts.linear(LlavaNames.PROJECTOR + "linear_1", config.projectorBias()),
                parts.linear(LlavaNames.PROJECTOR + "linear_2", config.projectorBias()));
    }

    boolean learns() {
        return stack().learns();
    }

    /** features [m, width] to embeddings [m, hidden]; the other arrays are what the backward pass needs. */
    public NDArray[] forward(Arena arena, NDArray features, long seed) {
        return Kernels.get()
                .call(
                        arena,
                        "projector_forward",
                        features,
                        stack().weights(),
                        stack().adapters(),
                        activation,
                        stack().dropout(),
                        seed);
    }

    /** Gathers the projector's gradients; the gradient of the features where {@code need} says so. */
    public NDArray backward(Arena arena, NDArray dy, NDArray features, List<NDArray> saved, long seed, boolean need) {
        return Kernels.get()
                .one(
                        arena,
                        "projector_backward",
                        dy,
                        features,
                        saved,
                        stack().weights(),
                        stack().weightGradients(),
                        stack().adapters(),
                        stack().adapterGradients(),
                        activation,
                        stack().dropout(),
                        seed,
                        need);
    }

    private LinearStack stack() {
        LinearStack made = LinearStack.current(stack, List.of(), linears, none);
        stack = made;
        return made;
    }
}
