package org.moslora.examples.image;

/**
 * Two rows in one: bytes at the same place in both, or sums of them, are the halves of a {@code long}, so that one
 * multiplication and one addition serve two. Halves are signed, and what one lacks the other has too much, which
 * {@link #lower} gives back: sums are exact as long as each of them fits an {@code int}.
 */
final class RowPairs {
    private static final int HALF = 32;

    private RowPairs() {}

    /** Puts two rows into one of pairs, as long as that is. */
    static void join(byte[] source, int upper, int lower, long[] pairs) {
        for (int i = 0; i < pairs.length; i++) {
            pairs[i] = (source[upper + i] & 0xff) | (long) (source[lower + i] & 0xff) << HALF;
        }
    }

    /** The same number for both rows. */
    static long both(int value) {
        return value + ((long) value << HALF);
    }

    /** The upper row's sum. */
    static int upper(long sum) {
        return (int) sum;
    }

    /** The lower row's sum. */
    static int lower(long sum) {
        return (int) ((sum - upper(sum)) >> HALF);
    }
}
