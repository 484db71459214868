package org.moslora.training;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import org.moslora.layers.Arena;
import org.moslora.layers.FlatParameters;
import org.moslora.layers.Kernels;

/**
 * An exponential moving average of all trained parameters. Its decay rises to the given one as (1 + k)/(10 + k) over the
 * steps k, so that the average forgets the start of a short run.
 */
public final class Ema {
    private static final String STATE = "average";

    private final FlatParameters parameters;
    private final double decay;
    private final NDArray average;

    /**
     * An average that begins with the parameters as they are.
     *
     * @param decay from 0 to below 1
     * @param arena owns it
     */
    public Ema(FlatParameters parameters, double decay, Arena arena) {
        this.parameters = parameters;
        this.decay = decay;
        this.average = arena.zeros(parameters.size());
        copy(arena, average, parameters.value());
    }

    /**
     * Takes the parameters of one more step in.
     *
     * @param step from 1
     */
    public void update(Arena arena, int step) {
        double now = Math.min(decay, (1.0 + step) / (10.0 + step));
        Kernels.get().call(arena, "averaged", average, parameters.value(), 1 - now);
    }

    /** Does something while the parameters are the average. */
    public void during(Arena arena, Runnable task) {
        try (Arena aside = arena.child()) {
            NDArray own = Kernels.get().one(aside, "scaled", parameters.value(), 1.0);
            copy(aside, parameters.value(), average);
            try {
                task.run();
            } finally {
                copy(aside, parameters.value(), own);
            }
        }
    }

    /** What a checkpoint must hold, by name. */
    public Map<String, NDArray> state() {
        return Map.of(STATE, average);
    }

    private static void copy(Arena arena, NDArray into, NDArray from) {
        Kernels.get().call(arena, "copied_into", into, from);
    }
}
