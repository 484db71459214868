package org.moslora.compare;

import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * Numbers of which the mean is wanted with its uncertainty.
 *
 * @param values one a seed
 */
record Sample(List<Double> values) {
    private static final double LEVEL = 0.95;

    Sample {
        values = List.copyOf(values);
    }

    /** Differences of two samples, pair by pair. */
    static Sample differences(Sample one, Sample other) {
        return new Sample(IntStream.range(0, one.values.size())
                .mapToObj(i -> one.values.get(i) - other.values.get(i))
                .toList());
    }

    int size() {
        return values.size();
    }

    double mean() {
        return values.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
    }

    /** Standard error of the mean; NaN for fewer than two values. */
    double standardError() {
        double mean = mean();
        double squares = values.stream()
                .mapToDouble(value -> (value - mean) * (value - mean))
                .sum();
        return size() < 2 ? Double.NaN : Math.sqrt(squares / (size() - 1) / size());
    }

    /** Half the width of the mean's 95 % interval, by Student's t. */
    double margin() {
        return size() < 2
                ? Double.NaN
                : standardError() * TDistribution.of(size() - 1).inverseCumulativeProbability((1 + LEVEL) / 2);
    }

    /**
     * How likely a mean so far from 0 is where the true one is 0, two-sided, by Student's t; NaN for fewer than two
     * values or where all are the same, so that nothing is known of their spread.
     */
    double probability() {
        double error = standardError();
        if (!(error > 0)) {
            return Double.NaN;
        }
        return 2 * TDistribution.of(size() - 1).survivalProbability(Math.abs(mean()) / error);
    }
}
