package org.moslora.diffusion.mmdit;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import org.moslora.layers.Arena;
import org.moslora.layers.BlockTensors;
import org.moslora.layers.Kernels;
import org.moslora.layers.Linear;
import org.moslora.layers.block.ModelBuilder;

/** Embeds time, pooled text and guidance into one vector for each picture. */
final class MmditTime {
    private static final int LINEARS = 6;
    /** What guidances are multiplied with, so that their sinusoids are those of times. */
    private static final float SCALE = 1000;

    private final ModelBuilder builder;
    private final boolean guided;
    private final BlockTensors tensors;

    MmditTime(ModelBuilder builder, MmditConfig config) {
        this.builder = builder;
        this.guided = config.guided();
        List<Linear> linears = new ArrayList<>();
        MmditNames.times(config).forEach(path -> linears.add(builder.linear(path)));
        while (linears.size() < LINEARS) {
            linears.add(builder.optional(null));
        }
        this.tensors = builder.tensors(List.of(), linears.toArray(new Linear[0]));
    }

    boolean learns() {
        return tensors.learns();
    }

    /** The activated embedding [B, width], then what the backward pass needs. */
    List<NDArray> forward(Arena arena, MmditInput input, long seed) {
        int pictures = input.times().size();
        float[] times = new float[pictures];
        float[] guidance = new float[pictures];
        for (int i = 0; i < pictures; i++) {
            times[i] = input.times().get(i).floatValue();
            guidance[i] = guided ? input.guidance().get(i).floatValue() * SCALE : 0;
        }
        return List.of(Kernels.get()
                .call(
                        arena,
                        "streams_time_forward",
                        arena.floats(times, pictures),
                        input.pooled(),
                        guided ? arena.floats(guidance, pictures) : builder.none(),
                        tensors.block(),
                        seed));
    }

    /** The gradient of the pooled text where {@code need} says so, from that of the activated embedding. */
    NDArray backward(Arena arena, NDArray gradient, List<NDArray> saved, long seed, boolean need) {
        return Kernels.get().one(arena, "streams_time_backward", gradient, saved, tensors.block(), seed, need);
    }
}
