package org.moslora.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Means, intervals and tests are scipy's, closed forms', and keep the laws that such numbers keep. */
class PairedStatisticsTest {
    private static final Offset<Double> NEAR = within(1e-9);

    private static Sample sample(double... values) {
        return new Sample(DoubleStream.of(values).boxed().toList());
    }

    private static Sample sample(String values) {
        List<Double> all = new ArrayList<>();
        for (String value : values.split(" ")) {
            all.add(Double.valueOf(value));
        }
        return new Sample(all);
    }

    private static Sample drawn(SplittableRandom random, int count, double mean) {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            // Twelve uniform numbers are nearly a normal one.
            values[i] = mean + random.doubles(12).sum() - 6;
        }
        return sample(values);
    }

    /** By scipy 1.17.1: {@code stats.sem}, and {@code stats.ttest_1samp(values, 0)} with its interval of 0.95. */
    @ParameterizedTest
    @CsvSource({
        "0.81 0.84 0.79 0.86 0.82, 0.824, 0.01208304597359456, 0.033547913849266475, 2.77029358838757e-07",
        "0.5 0.7, 0.6, 0.1, 1.270620473617469, 0.10513691342250683",
        "0.001 -0.002 0.004, 0.001, 0.0017320508075688774, 0.00745241313525099, 0.6220355269907728",
        "0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9 1.1, 0.56, 0.10132456102380444, 0.22921208148738303, 0.0003672489158247273"
    })
    void numbersAreScipys(String values, double mean, double error, double margin, double probability) {
        Sample sample = sample(values);
        assertThat(sample.mean()).isCloseTo(mean, NEAR);
        assertThat(sample.standardError()).isCloseTo(error, NEAR);
        assertThat(sample.margin()).isCloseTo(margin, NEAR);
        assertThat(sample.probability()).isCloseTo(probability, within(1e-7 * probability));
    }

    /** {@code scipy.stats.ttest_rel} of the same. */
    @Test
    void pairsAreTestedAsScipyTestsThem() {
        Sample one = sample("0.71 0.74 0.69 0.78 0.73 0.70 0.75");
        Sample other = sample("0.70 0.70 0.70 0.72 0.71 0.69 0.70");
        Sample differences = Sample.differences(one, other);
        assertThat(differences.probability()).isCloseTo(0.03493843116090012, NEAR);
        assertThat(differences.mean() - differences.margin()).isCloseTo(0.0025271756990804077, NEAR);
        assertThat(differences.mean() + differences.margin()).isCloseTo(0.048901395729491065, NEAR);
    }

    /** With one degree of freedom Student's distribution is Cauchy's, with two it has a root for it. */
    @ParameterizedTest
    @ValueSource(doubles = {0, 0.25, 1, 3, 12.706, 1000})
    void fewSeedsHaveClosedForms(double t) {
        assertThat(sample(t - 1, t + 1).probability()).isCloseTo(1 - 2 / Math.PI * Math.atan(t), NEAR);
        double three = t / Math.sqrt(3);
        assertThat(sample(three - 1, three, three + 1).probability()).isCloseTo(1 - t / Math.sqrt(t * t + 2), NEAR);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5, 20})
    void anIntervalLeavesZeroOutExactlyWhereTheTestSaysSo(int seeds) {
        SplittableRandom random = new SplittableRandom(seeds);
        int outside = 0;
        for (int i = 0; i < 300; i++) {
            Sample sample = drawn(random, seeds, 0.7);
            boolean out = Math.abs(sample.mean()) > sample.margin();
            assertThat(out).isEqualTo(sample.probability() < 0.05);
            outside += out ? 1 : 0;
        }
        assertThat(outside).isBetween(1, 299);
    }

    /** Of a mean that is 0, one test in twenty says otherwise. */
    @Test
    void theTestErrsAsOftenAsItSays() {
        SplittableRandom random = new SplittableRandom(7);
        int errors = 0;
        for (int i = 0; i < 4000; i++) {
            errors += drawn(random, 5, 0).probability() < 0.05 ? 1 : 0;
        }
        assertThat(errors / 4000.0).isCloseTo(0.05, within(0.012));
    }

    @Test
    void whatIsMeasuredInOtherUnitsIsAsLikely() {
        Sample sample = sample(0.3, -0.1, 0.4, 0.2);
        Sample hundredths = sample(30, -10, 40, 20);
        Sample turned = sample(-0.3, 0.1, -0.4, -0.2);
        assertThat(hundredths.probability()).isCloseTo(sample.probability(), NEAR);
        assertThat(turned.probability()).isCloseTo(sample.probability(), NEAR);
        assertThat(hundredths.margin()).isCloseTo(100 * sample.margin(), NEAR);
        assertThat(hundredths.standardError()).isCloseTo(100 * sample.standardError(), NEAR);
    }

    @Test
    void theOrderOfSeedsCountsInPairsAlone() {
        Sample one = sample(1, 2, 4);
        Sample turned = sample(4, 2, 1);
        assertThat(turned.probability()).isCloseTo(one.probability(), NEAR);
        Sample zero = sample(0.9, 2.1, 4.1);
        assertThat(Sample.differences(one, zero).standardError())
                .isLessThan(Sample.differences(turned, zero).standardError());
    }

    @Test
    void moreSeedsOfTheSameSpreadNarrowTheInterval() {
        double before = Double.POSITIVE_INFINITY;
        for (int pairs = 1; pairs < 30; pairs++) {
            double[] values = new double[2 * pairs];
            for (int i = 0; i < values.length; i++) {
                values[i] = i % 2;
            }
            double margin = sample(values).margin();
            assertThat(margin).isLessThan(before);
            before = margin;
        }
    }
}
