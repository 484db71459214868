package org.moslora.diffusion.text;

import ai.djl.ndarray.NDArray;
import org.moslora.diffusion.parts.BlockTensors;
import org.moslora.diffusion.parts.Parts;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;

/** What follows the blocks: the final norm, and pooling with its projection. */
final class TextEnd {
    private static final String PROJECTION =
            TextNames.PROJECTION.substring(0, TextNames.PROJECTION.length() - ".weight".length());

    private final TextConfig config;
    private final BlockTensors tensors;

    TextEnd(Parts parts, TextConfig config) {
        this.config = config;
        this.tensors = parts.block(
                parts.norms(TextNames.FINAL_NORM), parts.optional(config.projection() > 0 ? PROJECTION : null));
    }

    /** The states under the final norm. */
    NDArray normed(Arena arena, NDArray x) {
        return Kernels.get().one(arena, "text_normed", x, tensors.weights(), config.epsilon());
    }

    NDArray normedBackward(Arena arena, NDArray dy, NDArray x) {
        return Kernels.get()
                .one(arena, "text_normed_back", dy, x, tensors.weights(), tensors.weightGradients(), config.epsilon());
    }

    /** The pooled text of the last states, [texts, projection]; {@code ends} is the row of each text's end. */
    NDArray pooled(Arena arena, NDArray x, NDArray ends, long seed) {
        return Kernels.get()
                .one(
                        arena,
                        "text_pooled",
                        x,
                        ends,
                        tensors.weights(),
                        tensors.adapters(),
                        config.epsilon(),
                        tensors.dropout(),
                        seed);
    }

    /** Adds the projection's gradients; the gradient of x where {@code need} says so. */
    NDArray pooledBackward(Arena arena, NDArray dy, NDArray x, NDArray ends, long seed, boolean need) {
        return Kernels.get()
                .one(
                        arena,
                        "text_pooled_back",
                        dy,
                        x,
                        ends,
                        tensors.weights(),
                        tensors.weightGradients(),
                        tensors.adapters(),
                        tensors.adapterGradients(),
                        config.epsilon(),
                        tensors.dropout(),
                        seed,
                        need);
    }
}
