package org.moslora.adapters.form;

import org.jspecify.annotations.Nullable;

/**
 * What stands between A and B in the files of a kind.
 *
 * @param role of the factor there; null without one
 * @param fixed what stands there and in no file; null for nothing
 */
public record Between(@Nullable TensorRole role, @Nullable FixedMixer fixed) {
    /** B·A. */
    public static final Between NOTHING = new Between(null, null);
    /** B·M·A. */
    public static final Between MIXER = new Between(TensorRole.MIXER, null);
    /** B·diag(E)·A. */
    public static final Between DIAGONAL = new Between(TensorRole.DIAGONAL, null);

    /** A mixer that is the same in every layer. */
    @FunctionalInterface
    public interface FixedMixer {
        /** Its entries, [rank, rank]. */
        float[] entries(int rank);
    }

    /** Whether it may have lost ranks, and A is always a matrix. */
    boolean isDiagonal() {
        return role == TensorRole.DIAGONAL;
    }
}
