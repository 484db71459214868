package org.moslora.compare;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Collects rows and sets each against the baseline at the same rank and amount of data, score by score. */
final class Table {
    private record Row(Trial.Place place, List<Result> tested, List<Result> validated) {
        Sample test(Metric metric) {
            return sample(tested, Part.TEST, metric);
        }

        private static Sample sample(List<Result> results, Part part, Metric metric) {
            return new Sample(results.stream()
                    .map(result -> Objects.requireNonNull(result.score(part)).of(metric))
                    .toList());
        }
    }

    private final CompareBlock block;
    private final List<Metric> metrics;
    private final List<Row> rows = new ArrayList<>();
    private final Map<String, String> refused = new LinkedHashMap<>();

    Table(CompareBlock block, List<Metric> metrics) {
        this.block = block;
        this.metrics = metrics;
    }

    /** A variant at its chosen rate, results in the order of the seeds; none validated if nothing was chosen. */
    void add(Trial.Place place, List<Result> tested, List<Result> validated) {
        rows.add(new Row(place, tested, validated));
    }

    /** A variant that was not trained. */
    void refuse(String variant, String why) {
        refused.put(variant, why);
    }

    /** Every row for the first score, then for the next. */
    List<Standing> standings() {
        List<Standing> all = new ArrayList<>();
        for (Metric metric : metrics) {
            List<Standing> standings = new ArrayList<>();
            rows.forEach(row -> standings.add(standing(metric, row)));
            adjust(standings);
            refused.forEach((variant, why) -> standings.add(refused(metric, variant, why)));
            all.addAll(standings);
        }
        return all;
    }

    private static Standing refused(Metric metric, String variant, String why) {
        Sample none = new Sample(List.of());
        Trial.Place place = new Trial.Place(variant, null, null, null);
        return new Standing(metric, place, none, none, null, Double.NaN, 0, 0, 0, why);
    }

    private Standing standing(Metric metric, Row row) {
        List<Result> results = row.tested();
        return new Standing(
                metric,
                row.place(),
                Row.sample(row.validated(), Part.VALIDATION, metric),
                row.test(metric),
                difference(metric, row),
                Double.NaN,
                results.get(0).parameters(),
                results.stream().mapToDouble(Result::seconds).average().orElse(0),
                results.stream().mapToLong(Result::peakBytes).max().orElse(0),
                null);
    }

    private @Nullable Sample difference(Metric metric, Row row) {
        if (row.place().variant().equals(block.base())) {
            return null;
        }
        return rows.stream()
                .filter(other -> other.place().variant().equals(block.base())
                        && Objects.equals(other.place().rank(), row.place().rank())
                        && Objects.equals(other.place().rows(), row.place().rows()))
                .findFirst()
                .map(baseline -> Sample.differences(row.test(metric), baseline.test(metric)))
                .orElse(null);
    }

    /** Holm: the smallest of m probabilities times m, the next times m − 1, and so on, never falling. */
    static void adjust(List<Standing> standings) {
        List<Integer> tested = new ArrayList<>();
        for (int i = 0; i < standings.size(); i++) {
            if (!Double.isNaN(probability(standings.get(i)))) {
                tested.add(i);
            }
        }
        tested.sort(Comparator.comparingDouble(i -> probability(standings.get(i))));
        double least = 0;
        for (int rank = 0; rank < tested.size(); rank++) {
            Standing standing = standings.get(tested.get(rank));
            least = Math.max(least, Math.min(1, (tested.size() - rank) * probability(standing)));
            standings.set(tested.get(rank), standing.adjusted(least));
        }
    }

    private static double probability(Standing standing) {
        return standing.difference() == null
                ? Double.NaN
                : standing.difference().probability();
    }
}
