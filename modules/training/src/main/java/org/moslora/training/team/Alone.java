package org.moslora.training.team;

import ai.djl.ndarray.NDArray;
import org.moslora.layers.Arena;

/** A team of one that nobody leads: every sum is its own number. */
record Alone() implements Team {
    @Override
    public int rank() {
        return 0;
    }

    @Override
    public int size() {
        return 1;
    }

    @Override
    public boolean isLed() {
        return false;
    }

    @Override
    public int seat() {
        return 0;
    }

    @Override
    public void sum(Arena arena, NDArray values) {
        // There is nobody to add anything.
    }

    @Override
    public double sum(double value) {
        return value;
    }

    @Override
    public long sum(long value) {
        return value;
    }

    @Override
    public void mustAgree(Arena arena, NDArray values, String when) {
        // With itself it does.
    }
}
