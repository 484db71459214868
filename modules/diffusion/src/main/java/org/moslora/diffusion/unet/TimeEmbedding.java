package org.moslora.diffusion.unet;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.moslora.layers.Arena;
import org.moslora.layers.BlockTensors;
import org.moslora.layers.Kernels;
import org.moslora.layers.block.ModelBuilder;

/** Embeds times, and for SDXL pooled text and sizes, into one vector for each picture. */
final class TimeEmbedding {
    private final UNetConfig config;
    private final BlockTensors tensors;

    TimeEmbedding(ModelBuilder builder, UNetConfig config) {
        this.config = config;
        boolean adds = config.added() != null;
        this.tensors = builder.tensors(
                List.of(),
                builder.linear("time_embedding.linear_1"),
                builder.linear("time_embedding.linear_2"),
                builder.optional(adds ? "add_embedding.linear_1" : null),
                builder.optional(adds ? "add_embedding.linear_2" : null));
    }

    boolean learns() {
        return tensors.learns();
    }

    /** The activated embedding [B, width], then what the backward pass needs. */
    List<NDArray> forward(Arena arena, NDArray times, NDArray pooled, NDArray sizes, long seed) {
        UNetConfig.Added added = config.added();
        return List.of(Kernels.get()
                .call(
                        arena,
                        "time_forward",
                        times,
                        pooled,
                        sizes,
                        tensors.block(),
                        seed,
                        config.flip(),
                        config.shift(),
                        added == null ? 0 : added.sizeWidth()));
    }

    /** The gradient of the pooled text where {@code need} says so, from that of the activated embedding. */
    NDArray backward(Arena arena, NDArray gradient, List<NDArray> saved, NDArray pooled, long seed, boolean need) {
        return Kernels.get().one(arena, "time_backward", gradient, saved, pooled, tensors.block(), seed, need);
    }
}
