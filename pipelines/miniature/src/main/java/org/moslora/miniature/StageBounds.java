package org.moslora.miniature;

import org.moslora.problems.Problems;

/** Between what the numbers of a stage's recipe must lie; tells all that do not. */
public final class StageBounds {
    private final Problems problems = new Problems();

    /** A count of which there must be one. */
    public StageBounds count(String key, int value) {
        if (value < 1) {
            problems.add(key, "must be at least 1, got %s", value);
        }
        return this;
    }

    /** What a part of a loss weighs. */
    public StageBounds weight(String key, double value) {
        if (!(value >= 0) || Double.isInfinite(value)) {
            problems.add(key, "must be at least 0, got %s", value);
        }
        return this;
    }

    /** A part of a whole. */
    public StageBounds share(String key, double value) {
        if (!(value >= 0 && value <= 1)) {
            problems.add(key, "must be from 0 to 1, got %s", value);
        }
        return this;
    }

    /** How much of a moving average stays in a step. */
    public StageBounds decay(String key, double value) {
        if (!(value >= 0 && value < 1)) {
            problems.add(key, "must be from 0 to below 1, got %s", value);
        }
        return this;
    }

    /** @throws org.moslora.problems.InvalidInput with all that was wrong */
    public void hold() {
        problems.throwIfAny();
    }
}
