package org.moslora.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A variant stands against the baseline of its own rank and data, seed by seed, and tests are corrected for their number. */
class LeaderboardTest {
    private static final List<Metric> BOTH = List.of(Metric.SUBJECT_FIDELITY, Metric.PROMPT_FIDELITY);

    private static CompareBlock block() {
        return new CompareBlock(
                List.of("lora", "moslora", "dora"),
                Map.of(),
                "lora",
                List.of(),
                List.of(),
                List.of(0L, 1L),
                List.of(),
                List.of(),
                Metric.TRAINING_LOSS,
                List.of(),
                List.of(),
                32,
                null,
                List.of());
    }

    private static Trial.Place place(String variant, @Nullable Integer rank, @Nullable Integer rows) {
        return new Trial.Place(variant, rank, rows, 1e-3);
    }

    private static List<TrialResult> results(double... values) {
        List<TrialResult> results = new ArrayList<>();
        for (double value : values) {
            Score score =
                    new Score(List.of(), Map.of(Metric.SUBJECT_FIDELITY, value, Metric.PROMPT_FIDELITY, 10 * value));
            int number = results.size();
            results.add(new TrialResult(List.of(), 40, number + 1, 700 - 100 * number, 0.5, score, score));
        }
        return results;
    }

    private static LeaderboardRow row(List<LeaderboardRow> rows, Metric metric, Trial.Place place) {
        return rows.stream()
                .filter(row -> row.metric() == metric && row.place().equals(place))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void eachStandsAgainstTheBaselineAtItsOwnRankAndData() {
        Table table = new Table(block(), List.of(Metric.SUBJECT_FIDELITY));
        table.add(place("moslora", 2, null), results(0.5, 0.9), List.of());
        table.add(place("lora", 2, null), results(0.4, 0.6), List.of());
        table.add(place("lora", 4, null), results(0.1, 0.2), List.of());
        table.add(place("moslora", 4, null), results(0.7, 0.9), List.of());
        table.add(place("moslora", 2, 10), results(0.7, 0.9), List.of());
        List<LeaderboardRow> rows = table.standings();
        assertThat(row(rows, Metric.SUBJECT_FIDELITY, place("moslora", 2, null))
                        .difference()
                        .values())
                .usingComparatorForType((a, b) -> Math.abs(a - b) < 1e-9 ? 0 : 1, Double.class)
                .containsExactly(0.1, 0.3);
        assertThat(row(rows, Metric.SUBJECT_FIDELITY, place("moslora", 4, null))
                        .difference()
                        .mean())
                .isCloseTo(0.65, within(1e-9));
        assertThat(row(rows, Metric.SUBJECT_FIDELITY, place("moslora", 2, 10)).difference())
                .isNull();
        assertThat(row(rows, Metric.SUBJECT_FIDELITY, place("lora", 4, null)).difference())
                .isNull();
    }

    @Test
    void timeIsAMeanAndMemoryTheMost() {
        Table table = new Table(block(), List.of(Metric.SUBJECT_FIDELITY));
        table.add(place("lora", 2, null), results(0.4, 0.6, 0.8), results(0.1));
        LeaderboardRow row = table.standings().get(0);
        assertThat(row.seconds()).isEqualTo(2);
        assertThat(row.peakBytes()).isEqualTo(700);
        assertThat(row.parameters()).isEqualTo(40);
        assertThat(row.validation().values()).containsExactly(0.1);
    }

    @Test
    void allRowsOfAScoreComeBeforeThoseOfTheNextAndRefusedOnesLast() {
        Table table = new Table(block(), BOTH);
        table.refuse("dora", "needs a magnitude");
        table.add(place("lora", null, null), results(0.4, 0.6), List.of());
        table.add(place("moslora", null, null), results(0.5, 0.9), List.of());
        List<LeaderboardRow> rows = table.standings();
        assertThat(rows)
                .extracting(row -> row.metric().key() + " " + row.place().variant())
                .containsExactly(
                        "subject_fidelity lora",
                        "subject_fidelity moslora",
                        "subject_fidelity dora",
                        "prompt_fidelity lora",
                        "prompt_fidelity moslora",
                        "prompt_fidelity dora");
        assertThat(rows.get(2).refused()).isEqualTo("needs a magnitude");
        assertThat(rows.get(2).test().mean()).isNaN();
        assertThat(rows.get(4).test().mean()).isCloseTo(7, within(1e-9));
    }

    @Test
    void aScoreThatWasNotTakenIsNamed() {
        Table table = new Table(block(), List.of(Metric.CLASS_COLLAPSE));
        table.add(place("lora", null, null), results(0.4), List.of());
        assertThatThrownBy(table::standings).hasMessageContaining("class collapse was not measured");
    }

    /** Two values one above and one below t have exactly t, and with one degree of freedom p = 1 − 2/π·atan t. */
    private static LeaderboardRow likely(double probability) {
        double t = Math.tan(Math.PI / 2 * (1 - probability));
        Sample difference = Double.isNaN(probability) ? null : new Sample(List.of(t - 1, t + 1));
        Sample none = new Sample(List.of());
        return new LeaderboardRow(
                Metric.LOSS, place("v", null, null), none, none, difference, Double.NaN, 1, 1, 1, null);
    }

    /** What R's {@code p.adjust(p, "holm")} gives, worked by hand. */
    @ParameterizedTest
    @CsvSource({
        "0.01 0.04 0.03 0.005, 0.03 0.06 0.06 0.02",
        "0.2 0.2 0.2, 0.6 0.6 0.6",
        "0.9 0.5, 1 1",
        "0.03, 0.03",
        "0.01 NaN 0.02, 0.02 NaN 0.02",
        "0.04 0.01 0.03, 0.06 0.03 0.06",
        "NaN, NaN"
    })
    void testsAreCorrectedByHolm(String probabilities, String adjusted) {
        List<LeaderboardRow> rows = new ArrayList<>();
        for (String probability : probabilities.split(" ")) {
            rows.add(likely(Double.parseDouble(probability)));
        }
        Table.adjust(rows);
        String[] expected = adjusted.split(" ");
        for (int i = 0; i < expected.length; i++) {
            double value = Double.parseDouble(expected[i]);
            if (Double.isNaN(value)) {
                assertThat(rows.get(i).adjusted()).isNaN();
            } else {
                assertThat(rows.get(i).adjusted()).isCloseTo(value, within(1e-9));
            }
        }
    }

    /** Otherwise a score that is added would change what another says. */
    @Test
    void eachScoreIsCorrectedForItsOwnTestsAlone() {
        Table one = new Table(block(), BOTH.subList(0, 1));
        Table both = new Table(block(), BOTH);
        for (Table table : List.of(one, both)) {
            table.add(place("lora", null, null), results(0.4, 0.6), List.of());
            table.add(place("moslora", null, null), results(0.5, 0.9), List.of());
            table.add(place("dora", null, null), results(0.5, 0.65), List.of());
        }
        assertThat(both.standings().subList(0, 3))
                .extracting(LeaderboardRow::adjusted)
                .isEqualTo(
                        one.standings().stream().map(LeaderboardRow::adjusted).toList());
    }
}
