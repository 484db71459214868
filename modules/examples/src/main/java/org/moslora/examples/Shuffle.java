package org.moslora.examples;

import java.util.Random;
import java.util.function.IntUnaryOperator;
import org.moslora.layers.Seeds;

/** Permutations drawn one after the other from a generator that belongs to one seed and one epoch. */
public final class Shuffle {
    /** java.util.Random's numbers are part of its specification: a plan is the same on every Java. */
    private final Random random;

    Shuffle(long seed, long epoch) {
        // Nearby seeds of java.util.Random begin alike.
        random = new Random(Seeds.next(Seeds.next(seed) + epoch));
    }

    /** The same rows in another order. */
    int[] of(int[] rows) {
        return of(rows, random::nextInt);
    }

    /**
     * The same rows in another order (Fisher and Yates).
     *
     * @param below draws a number below another
     */
    public static int[] of(int[] rows, IntUnaryOperator below) {
        int[] shuffled = rows.clone();
        for (int i = shuffled.length - 1; i > 0; i--) {
            int j = below.applyAsInt(i + 1);
            int row = shuffled[i];
            shuffled[i] = shuffled[j];
            shuffled[j] = row;
        }
        return shuffled;
    }
}
