package org.moslora.diffusion.unet;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.moslora.diffusion.parts.BlockTensors;
import org.moslora.diffusion.parts.Parts;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;

/** Embeds times, and for SDXL pooled text and sizes, into one vector for each picture. */
final class TimeEmbedding {
    private final UNetConfig config;
    private final BlockTensors tensors;

    TimeEmbedding(Parts parts, UNetConfig config) {
        this.config = config;
        boolean adds = config.added() != null;
        this.tensors = parts.block(
                List.of(),
                parts.linear("time_embedding.linear_1"),
                parts.linear("time_embedding.linear_2"),
                parts.optional(adds ? "add_embedding.linear_1" : null),
                parts.optional(adds ? "add_embedding.linear_2" : null));
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
                        tensors.weights(),
                        tensors.adapters(),
                        config.flip(),
                        config.shift(),
                        added == null ? 0 : added.sizeWidth(),
                        tensors.dropout(),
                        seed));
    }

    /** The gradient of the pooled text where {@code need} says so, from that of the activated embedding. */
    NDArray backward(Arena arena, NDArray gradient, List<NDArray> saved, NDArray pooled, long seed, boolean need) {
        return Kernels.get()
                .one(
                        arena,
                        "time_backward",
                        gradient,
                        saved,
                        pooled,
                        tensors.weights(),
                        tensors.weightGradients(),
                        tensors.adapters(),
                        tensors.adapterGradients(),
                        tensors.dropout(),
                        seed,
                        need);
    }
}
