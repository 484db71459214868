package org.moslora.examples.image;

import java.util.Arrays;

/**
 * Which pixels of a line make each pixel of the resampled line, and with what fixed-point weight: Pillow's
 * precompute_coeffs and normalize_coeffs_8bpc (Resample.c), for the outputs from one to another.
 *
 * @param first the first source pixel of each output
 * @param values the weights of each output, in units of 2^−{@link #BITS}
 */
@SuppressWarnings("ArrayRecordComponent")
record ResampleWeights(int[] first, int[][] values) {
    static final int BITS = 32 - 8 - 2;
    static final int HALF = 1 << (BITS - 1);

    static ResampleWeights of(int sourceSize, int targetSize, ResizeFilter filter, int from, int to) {
        double scale = (double) sourceSize / targetSize;
        double stretch = Math.max(scale, 1.0); // shrinking widens the filter, which is what antialiases
        double support = filter.support() * stretch;
        double inverse = 1.0 / stretch;
        int[] first = new int[to - from];
        int[][] values = new int[to - from][];
        for (int i = 0; i < first.length; i++) {
            double center = (from + i + 0.5) * scale;
            int low = Math.max(0, (int) (center - support + 0.5));
            int high = Math.min(sourceSize, (int) (center + support + 0.5));
            double[] raw = new double[high - low];
            for (int x = 0; x < raw.length; x++) {
                raw[x] = filter.weight((x + low - center + 0.5) * inverse);
            }
            first[i] = low;
            values[i] = fixed(raw);
        }
        return new ResampleWeights(first, values);
    }

    private static int[] fixed(double[] raw) {
        double sum = 0;
        for (double weight : raw) {
            sum += weight;
        }
        int[] fixed = new int[raw.length];
        for (int i = 0; i < raw.length; i++) {
            double part = sum == 0.0 ? raw[i] : raw[i] / sum;
            fixed[i] = (int) (part * (1 << BITS) + (part < 0 ? -0.5 : 0.5));
        }
        return fixed;
    }

    /** The first source pixel that any output needs. */
    int low() {
        return Arrays.stream(first).min().orElse(0);
    }

    /** The end of the source pixels that any output needs. */
    int high() {
        int high = 0;
        for (int i = 0; i < first.length; i++) {
            high = Math.max(high, first[i] + values[i].length);
        }
        return high;
    }

    static byte clipped(int sum) {
        int value = sum >> BITS;
        return (byte) (value < 0 ? 0 : Math.min(value, 255));
    }
}
