package org.moslora.examples.subject;

import java.util.Random;

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
            seed = mixed(seed + place);
        }
        return seed;
    }

    /** SplitMix64's finisher: nearby seeds of java.util.Random begin alike. */
    private static long mixed(long value) {
        long z = value + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    /** The numbers 0 to {@code count} − 1 in another order (Fisher and Yates). */
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
