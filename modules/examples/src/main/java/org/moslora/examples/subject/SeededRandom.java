package org.moslora.examples.subject;

import java.util.Random;
import org.moslora.layers.Seeds;

/** Generators that belong to a seed and a place, so that any step can be drawn without those before it. */
final class SeededRandom {
    private SeededRandom() {}

    /** java.util.Random's numbers are part of its specification: a plan is the same on every Java. */
    static Random at(long... places) {
        return new Random(seed(places));
    }

    static long seed(long... places) {
        long seed = 0;
        for (long place : places) {
            seed = Seeds.next(seed + place);
        }
        return seed;
    }

    /** The numbers 0 to {@code count} − 1 in another order (Fisher and Yates, from within). */
    static int[] permutation(int count, Random random) {
        int[] order = new int[count];
        for (int i = 0; i < count; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }
}
