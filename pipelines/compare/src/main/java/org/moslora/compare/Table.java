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
    private record Row(Trial.Place place, List<TrialResult> tested, List<TrialResult> validated) {
        Sample test(Metric metric) {
            return sample(tested, ScoreSplit.TEST, metric);
        }

        private static Sample sample(List<TrialResult> results, ScoreSplit part, Metric metric) {
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
    void add(Trial.Place place, List<TrialResult> tested, List<TrialResult> validated) {
        rows.add(new Row(place, tested, validated));
    }

    /** A variant that was not trained. */
    void refuse(String variant, String why) {
        refused.put(variant, why);
    }

    /** Every row for the first score, then for the next. */
    List<LeaderboardRow> standings() {
        List<LeaderboardRow> all = new ArrayList<>();
        for (Metric metric : metrics) {
            List<LeaderboardRow> standings = new ArrayList<>();
            rows.forEach(row -> standings.add(standing(metric, row)));
            adjust(standings);
            refused.forEach((variant, why) -> standings.add(refused(metric, variant, why)));
            all.addAll(standings);
        }
        return all;
    }

    private static LeaderboardRow refused(Metric metric, String variant, String why) {
        Sample none = new Sample(List.of());
        Trial.Place place = new Trial.Place(variant, null, null, null);
        return new LeaderboardRow(metric, place, none, none, null, Double.NaN, 0, 0, 0, why);
    }

    private LeaderboardRow standing(Metric metric, Row row) {
        List<TrialResult> results = row.tested();
        return new LeaderboardRow(
                metric,
                row.place(),
                Row.sample(row.validated(), ScoreSplit.VALIDATION, metric),
                row.test(metric),
                difference(metric, row),
                Double.NaN,
                results.get(0).parameters(),
                results.stream().mapToDouble(TrialResult::seconds).average().orElse(0),
                results.stream().mapToLong(TrialResult::peakBytes).max().orElse(0),
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
    static void adjust(List<LeaderboardRow> standings) {
        List<Integer> tested = new ArrayList<>();
        for (int i = 0; i < standings.size(); i++) {
            if (!Double.isNaN(probability(standings.get(i)))) {
                tested.add(i);
            }
        }
        tested.sort(Comparator.comparingDouble(i -> probability(standings.get(i))));
        double least = 0;
        for (int rank = 0; rank < tested.size(); rank++) {
            LeaderboardRow ranked = standings.get(tested.get(rank));
            least = Math.max(least, Math.min(1, (tested.size() - rank) * probability(ranked)));
            standings.set(tested.get(rank), ranked.adjusted(least));
        }
    }

    private static double probability(LeaderboardRow ranked) {
        return ranked.difference() == null ? Double.NaN : ranked.difference().probability();
    }
}
