package org.moslora.llava;

import ai.djl.ndarray.NDArray;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;
import org.moslora.layers.Linear;
import org.moslora.layers.Linears;
import org.moslora.layers.LowRank;

/** Puts a random pair of rank 2 on every linear that comes through the seam, as an adapter would. */
final class AdaptedLinears implements Linears {
    private static final int RANK = 2;

    final Map<String, Linear> made = new LinkedHashMap<>();
    private final Random random = new Random(41);
    private double dropout;

    @Override
    public void made(Linear linear) {
        made.put(linear.site().path(), linear);
    }

    AdaptedLinears dropping(double share) {
        dropout = share;
        return this;
    }

    /** Puts pairs on all layers whose paths start so. */
    void adapt(Arena arena, String prefix) {
        made.forEach((path, linear) -> {
            if (path.startsWith(prefix)) {
                long inputs = linear.site().inputs();
                long outputs = linear.site().outputs();
                linear.adapt(
                        new LowRank(random(arena, RANK, inputs), random(arena, outputs, RANK)),
                        new LowRank(arena.zeros(RANK, inputs), arena.zeros(outputs, RANK)),
                        dropout);
            }
        });
    }

    private NDArray random(Arena arena, long rows, long columns) {
        float[] values = new float[(int) (rows * columns)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (0.2 * random.nextGaussian());
        }
        return arena.floats(values, rows, columns);
    }

    /** Adds to one entry of an array. */
    static void move(Arena arena, NDArray array, int index, float by) {
        float[] values = array.toFloatArray();
        values[index] += by;
        try (Arena step = arena.child()) {
            Kernels.get().call(step, "copied_into", array, step.floats(values, values.length));
        }
    }
}
