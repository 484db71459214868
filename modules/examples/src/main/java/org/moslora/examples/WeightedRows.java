package org.moslora.examples;

import java.util.Arrays;
import java.util.function.DoublePredicate;
import java.util.stream.IntStream;

/**
 * Which rows an epoch takes: each as often as its weight says, and of rows whose weight has a fraction so many more, others in
 * every epoch. A function of seed and epoch alone.
 */
final class WeightedRows {
    /** Keeps these draws apart from those of the order. */
    private static final long STREAM = 0x5EED_0F_5E75L;

    private final long seed;
    private final int rows;
    private final double[] weights;
    private final int count;

    WeightedRows(long seed, int rows, double[] weights) {
        if (weights.length != 0 && weights.length != rows) {
            throw new IllegalArgumentException(weights.length + " weights for " + rows + " rows");
        }
        this.seed = seed;
        this.rows = rows;
        this.weights = Arrays.stream(weights).allMatch(weight -> weight == 1) ? new double[0] : weights.clone();
        this.count = of(0).length;
    }

    /** How many an epoch has. */
    int count() {
        return count;
    }

    int[] of(long epoch) {
        if (weights.length == 0) {
            return IntStream.range(0, rows).toArray();
        }
        IntStream.Builder all = IntStream.builder();
        int most = (int) Arrays.stream(weights).max().orElse(0);
        for (int copy = 1; copy <= most; copy++) {
            int least = copy;
            Arrays.stream(those(weight -> weight >= least)).forEach(all::add);
        }
        Arrays.stream(weights)
                .distinct()
                .filter(weight -> weight != Math.floor(weight))
                .flatMap(weight -> Arrays.stream(some(weight, epoch)).asDoubleStream())
                .forEach(row -> all.add((int) row));
        int[] made = all.build().toArray();
        // Weights so small that nothing is left still leave a row to learn from.
        return made.length == 0 ? new int[] {0} : made;
    }

    private int[] those(DoublePredicate chosen) {
        return IntStream.range(0, rows).filter(row -> chosen.test(weights[row])).toArray();
    }

    /** As many rows of a weight as its fraction says. */
    private int[] some(double weight, long epoch) {
        int[] alike = those(other -> other == weight);
        int wanted = (int) Math.round((weight - Math.floor(weight)) * alike.length);
        int[] drawn = new Shuffle(seed ^ STREAM, epoch).of(alike);
        return Arrays.stream(drawn, 0, wanted).sorted().toArray();
    }
}
