package org.moslora.compare;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Collects rows and sets each against the baseline at the same rank and amount of data. */
final class Table {
    private record Row(Trial.Place place, List<Result> results, Sample test, Sample validation) {}

    private final CompareBlock block;
    private final List<Row> rows = new ArrayList<>();
    private final List<Standing> refused = new ArrayList<>();

    Table(CompareBlock block) {
        this.block = block;
    }

    /** A variant at its chosen rate, results in the order of the seeds. */
    void add(Trial.Place place, List<Result> results, Sample validation) {
        Sample test = new Sample(results.stream()
                .map(result -> Objects.requireNonNull(result.test()))
                .toList());
        rows.add(new Row(place, results, test, validation));
    }

    /** A variant that was not trained. */
    void refuse(String variant, String why) {
        Sample none = new Sample(List.of());
        refused.add(
                new Standing(new Trial.Place(variant, null, null, null), none, none, null, Double.NaN, 0, 0, 0, why));
    }

    List<Standing> standings() {
        List<Standing> standings = new ArrayList<>();
        rows.forEach(row -> standings.add(standing(row)));
        adjust(standings);
        standings.addAll(refused);
        return standings;
    }

    private Standing standing(Row row) {
        List<Result> results = row.results();
        return new Standing(
                row.place(),
                row.validation(),
                row.test(),
                difference(row),
                Double.NaN,
                results.get(0).parameters(),
                results.stream().mapToDouble(Result::seconds).average().orElse(0),
                results.stream().mapToLong(Result::peakBytes).max().orElse(0),
                null);
    }

    private @Nullable Sample difference(Row row) {
        if (row.place().variant().equals(block.base())) {
            return null;
        }
        return rows.stream()
                .filter(other -> other.place().variant().equals(block.base())
                        && Objects.equals(other.place().rank(), row.place().rank())
                        && Objects.equals(other.place().rows(), row.place().rows()))
                .findFirst()
                .map(baseline -> Sample.differences(row.test(), baseline.test()))
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
