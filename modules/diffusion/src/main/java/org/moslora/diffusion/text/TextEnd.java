package org.moslora.diffusion.text;

import ai.djl.ndarray.NDArray;
import org.moslora.layers.Arena;
import org.moslora.layers.BlockTensors;
import org.moslora.layers.Kernels;
import org.moslora.layers.block.ModelBuilder;

/** What follows the blocks: the final norm, and pooling with its projection. */
final class TextEnd {
    private static final String PROJECTION =
            ClipTextNames.PROJECTION.substring(0, ClipTextNames.PROJECTION.length() - ".weight".length());

    private final ClipTextConfig config;
    private final BlockTensors tensors;

    TextEnd(ModelBuilder builder, ClipTextConfig config) {
        this.config = config;
        this.tensors = builder.tensors(
                builder.norms(ClipTextNames.FINAL_NORM), builder.optional(config.projection() > 0 ? PROJECTION : null));
    }

    /** The states under the final norm. */
    NDArray normed(Arena arena, NDArray x) {
        return Kernels.get().one(arena, "text_normed", x, tensors.block(), config.epsilon());
    }

    NDArray normedBackward(Arena arena, NDArray dy, NDArray x) {
        return Kernels.get().one(arena, "text_normed_back", dy, x, tensors.block(), config.epsilon());
    }

    /** The pooled text of the last states, [texts, projection]; {@code ends} is the row of each text's end. */
    NDArray pooled(Arena arena, NDArray x, NDArray ends, long seed) {
        return Kernels.get().one(arena, "text_pooled", x, ends, tensors.block(), seed, config.epsilon());
    }

    /** Adds the projection's gradients; the gradient of x where {@code need} says so. */
    NDArray pooledBackward(Arena arena, NDArray dy, NDArray x, NDArray ends, long seed, boolean need) {
        return Kernels.get().one(arena, "text_pooled_back", dy, x, ends, tensors.block(), seed, need, config.epsilon());
    }
}
