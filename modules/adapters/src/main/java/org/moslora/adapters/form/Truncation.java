package org.moslora.adapters.form;

import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.moslora.problems.FieldName;
import org.moslora.problems.InvalidInput;

/**
 * How far changes are cut down to low-rank pairs: to a rank, or to the smallest one that keeps a share of every change's
 * energy, the sum of its squared singular values. What is left is the nearest pair there is (Eckart and Young 1936).
 *
 * @param rank the highest that is left; empty for any
 * @param energy the share that must stay, above 0 and at most 1
 */
public record Truncation(OptionalInt rank, OptionalDouble energy) {
    /**
     * What the command line asks for.
     *
     * @throws InvalidInput unless exactly one is given, within its bounds
     */
    public static Truncation of(@Nullable Integer rank, @Nullable Double energy) {
        if (rank != null && energy != null) {
            throw new InvalidInput(
                    FieldName.of("energy"), "does not go with " + FieldName.of("rank") + ": give one of the two");
        }
        if (rank != null) {
            if (rank < 1) {
                throw new InvalidInput(FieldName.of("rank"), "must be at least 1, got " + rank);
            }
            return new Truncation(OptionalInt.of(rank), OptionalDouble.empty());
        }
        if (energy == null || !(energy > 0 && energy <= 1)) {
            throw new InvalidInput(FieldName.of("energy"), "must be above 0 and at most 1, got " + energy);
        }
        return new Truncation(OptionalInt.empty(), OptionalDouble.of(energy));
    }

    /** The highest rank as kernels read it: 0 for any. */
    int most() {
        return rank.orElse(0);
    }

    /** The share that must stay as kernels read it. */
    double share() {
        return energy.orElse(1);
    }
}
