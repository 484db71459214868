package org.moslora.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Means, errors and tests against the figures that scipy 1.17 gives. */
final class SampleTest {
    private static final Sample ONE = new Sample(List.of(.62, .65, .61, .66, .64));
    private static final Sample OTHER = new Sample(List.of(.60, .66, .60, .62, .61));

    @Test
    void pairedTestAgreesWithScipy() {
        Sample differences = Sample.differences(ONE, OTHER);
        assertThat(differences.mean()).isCloseTo(0.018, within(1e-12));
        assertThat(differences.standardError()).isCloseTo(0.008602325267042634, within(1e-12));
        assertThat(differences.margin()).isCloseTo(0.02388388388099982, within(1e-10));
        assertThat(differences.probability()).isCloseTo(0.10453999977837544, within(1e-10));
        assertThat(Sample.differences(OTHER, ONE).probability()).isCloseTo(0.10453999977837544, within(1e-10));
    }

    @Test
    void nothingIsClaimedOfOneSeedOrOfEqualDifferences() {
        Sample single = new Sample(List.of(0.5));
        assertThat(single.mean()).isEqualTo(0.5);
        assertThat(single.standardError()).isNaN();
        assertThat(single.margin()).isNaN();
        assertThat(single.probability()).isNaN();
        assertThat(Sample.differences(ONE, ONE).probability()).isNaN();
    }

    @Test
    void holmMultipliesTheSmallestByTheirNumber() {
        List<LeaderboardRow> standings = new ArrayList<>();
        standings.add(standing(null));
        standings.add(standing(Sample.differences(ONE, OTHER)));
        standings.add(standing(new Sample(List.of(.10, .11, .10, .12, .11))));
        standings.add(standing(new Sample(List.of(.01, -.01, .02, .00, .01))));
        Table.adjust(standings);
        double second = standings.get(1).difference().probability();
        double first = standings.get(2).difference().probability();
        double third = standings.get(3).difference().probability();
        assertThat(first).isLessThan(second);
        assertThat(second).isLessThan(third);
        assertThat(standings.get(0).adjusted()).isNaN();
        assertThat(standings.get(2).adjusted()).isCloseTo(3 * first, within(1e-15));
        assertThat(standings.get(1).adjusted()).isCloseTo(2 * second, within(1e-15));
        assertThat(standings.get(3).adjusted()).isCloseTo(Math.max(third, 2 * second), within(1e-15));
    }

    private static LeaderboardRow standing(Sample difference) {
        return new LeaderboardRow(
                Metric.LOSS, new Trial.Place("v", 2, null, 1e-3), ONE, ONE, difference, Double.NaN, 1, 1, 1, null);
    }
}
