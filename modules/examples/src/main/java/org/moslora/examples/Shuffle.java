package org.moslora.examples;

import java.util.Random;

/** Permutations drawn one after the other from a generator that belongs to one seed and one epoch. */
final class Shuffle {
    /** java.util.Random's numbers are part of its specification: a plan is the same on every Java. */
    private final Random random;

    Shuffle(long seed, long epoch) {
        random = new Random(mixed(mixed(seed) + epoch));
    }

    /** SplitMix64's finisher: nearby seeds of java.util.Random begin alike. */
    private static long mixed(long value) {
        long z = value + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    /** The same rows in another order (Fisher and Yates). */
    int[] of(int[] rows) {
        int[] shuffled = rows.clone();
        for (int i = shuffled.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int row = shuffled[i];
            shuffled[i] = shuffled[j];
            shuffled[j] = row;
        }
        return shuffled;
    }
}
