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
    private final Rope rope;
    private final int width;
    private final long[] axes;
    private int length;
    private @Nullable NDArray cos;
    private @Nullable NDArray sin;

    RopeTable(Arena arena, Compute compute, Rope rope, LanguageModelConfig config) {
        this.arena = arena;
        this.compute = compute;
        this.rope = rope;
        this.width = config.headWidth();
        this.axes =
                config.parts().ropeAxes().stream().mapToLong(Integer::longValue).toArray();
    }

    /** [cos, sin] of the given positions, each [positions, head width / 2]. */
    NDArray[] at(Arena step, RowPositions positions) {
        List<NDArray> tables = tables(positions.largest());
        if (positions.axes().size() == 1) {
            return Kernels.get()
                    .call(step, "picked", tables, step.longs(positions.axes().get(0)));
        }
        return Kernels.get().call(step, "picked_by_axis", tables, step.longs(positions.joined()), step.longs(axes));
    }

    private List<NDArray> tables(int largest) {
        NDArray oldCos = cos;
        NDArray oldSin = sin;
        if (oldCos != null && oldSin != null && largest < length) {
            return List.of(oldCos, oldSin);
        }
        if (oldCos != null && oldSin != null) {
            oldCos.close();
            oldSin.close();
        }
        length = Math.max(FIRST, Integer.highestOneBit(largest) * 2);
        NDArray[] made = Kernels.get()
                .call(
                        arena,
                        "rope_table",
                        length,
                        width,
                        rope.theta(),
                        rope.kind(),
                        rope.array(),
                        compute.deviceName());
        cos = made[0];
        sin = made[1];
        return List.of(made);
    }
}
