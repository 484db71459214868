package org.moslora.training;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import org.moslora.layers.Arena;

/** Turns a step's complete gradient into an update of every parameter. */
public sealed interface Optimizer permits AdamW, Muon {
    /** What {@link #state} calls the parameters themselves. */
    String VALUE = "value";

    /** Clips all gradients together and returns their norm before that. */
    float clip(Arena arena);

    /**
     * Updates every parameter.
     *
     * @param step from 1
     * @param factor of the learning rates, the schedule's
     */
    void update(Arena arena, int step, double factor);

    /** The buffers that a checkpoint must hold, by name. */
    Map<String, NDArray> state();
}
