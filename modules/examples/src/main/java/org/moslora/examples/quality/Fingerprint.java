package org.moslora.examples.quality;

/**
 * A picture from afar: the difference hash of 16 rows, a bit for each cell that is darker than the next, and the cells
 * themselves, which tell plain drawings apart whose hashes say little.
 *
 * @param hash 256 bits
 * @param cells 16 × 16 × 3 values around 0, each colour's mean taken away: copies may be lighter or darker
 */
@SuppressWarnings("ArrayRecordComponent") // compared by resembles alone
record Fingerprint(long[] hash, byte[] cells) {
    static final int HEIGHT = 16;
    static final int WIDTH = 17;
    /** Bits of the hash, and how many of them may differ between copies; between other photographs 40 do at least. */
    static final int BITS = 256;

    static final int MOST_BITS = 20;
    /** How much a cell may differ between copies. */
    private static final int MOST_LEVELS = 32;
    /** What is even stays even, whatever its noise. */
    private static final int STEP = 2;

    /** @param thumbnail {@link #HEIGHT} rows of {@link #WIDTH} cells, red, green, blue */
    static Fingerprint of(byte[] thumbnail) {
        long[] hash = new long[BITS / Long.SIZE];
        byte[] cells = new byte[3 * BITS];
        int[] means = means(thumbnail);
        for (int bit = 0; bit < BITS; bit++) {
            int from = 3 * (bit / HEIGHT * WIDTH + bit % HEIGHT);
            if (gray(thumbnail, from + 3) > gray(thumbnail, from) + STEP) {
                hash[bit / Long.SIZE] |= 1L << bit;
            }
            for (int channel = 0; channel < 3; channel++) {
                int value = (thumbnail[from + channel] & 0xff) - means[channel];
                cells[3 * bit + channel] = (byte) Math.max(Byte.MIN_VALUE, Math.min(Byte.MAX_VALUE, value));
            }
        }
        return new Fingerprint(hash, cells);
    }

    private static int[] means(byte[] thumbnail) {
        int[] sums = new int[3];
        for (int i = 0; i < thumbnail.length; i++) {
            sums[i % 3] += thumbnail[i] & 0xff;
        }
        for (int channel = 0; channel < 3; channel++) {
            sums[channel] /= thumbnail.length / 3;
        }
        return sums;
    }

    private static double gray(byte[] rgb, int at) {
        return 0.299 * (rgb[at] & 0xff) + 0.587 * (rgb[at + 1] & 0xff) + 0.114 * (rgb[at + 2] & 0xff);
    }

    /** How many bits of the hashes differ. */
    int distance(Fingerprint other) {
        int bits = 0;
        for (int i = 0; i < hash.length; i++) {
            bits += Long.bitCount(hash[i] ^ other.hash[i]);
        }
        return bits;
    }

    /** Whether one may be a copy of the other: encoded anew, resized, a little lighter or cropped by a hair. */
    boolean resembles(Fingerprint other) {
        if (distance(other) > MOST_BITS) {
            return false;
        }
        for (int i = 0; i < cells.length; i++) {
            if (Math.abs(cells[i] - other.cells[i]) > MOST_LEVELS) {
                return false;
            }
        }
        return true;
    }
}
