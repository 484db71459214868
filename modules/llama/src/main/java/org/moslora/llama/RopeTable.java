package org.moslora.llama;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Kernels;

/** Cosines and sines of rotary angles, computed for as many positions as anybody has asked for so far. */
final class RopeTable {
    private static final int FIRST = 1024;

    private final Arena arena;
    private final Compute compute;
    private final LanguageModelConfig config;
    private int length;
    private @Nullable NDArray cos;
    private @Nullable NDArray sin;

    RopeTable(Arena arena, Compute compute, LanguageModelConfig config) {
        this.arena = arena;
        this.compute = compute;
        this.config = config;
    }

    /** [cos, sin] of the given positions, each [positions, head width / 2]. */
    NDArray[] at(Arena step, int[] positions) {
        int largest = 0;
        for (int position : positions) {
            largest = Math.max(largest, position);
        }
        NDArray oldCos = cos;
        NDArray oldSin = sin;
        if (oldCos == null || oldSin == null || largest >= length) {
            if (oldCos != null && oldSin != null) {
                oldCos.close();
                oldSin.close();
            }
            length = Math.max(FIRST, Integer.highestOneBit(largest) * 2);
            Rope rope = config.rope();
            NDArray[] made = Kernels.get()
                    .call(
                            arena,
                            "rope_table",
                            length,
                            config.headWidth(),
                            rope.theta(),
                            rope.kind(),
                            rope.array(),
                            compute.deviceName());
            cos = made[0];
            sin = made[1];
        }
        List<NDArray> tables = List.of(present(cos), present(sin));
        return Kernels.get().call(step, "picked", tables, step.longs(positions));
    }

    private static NDArray present(@Nullable NDArray array) {
        if (array == null) {
            throw new IllegalStateException("the table was not made");
        }
        return array;
    }
}
