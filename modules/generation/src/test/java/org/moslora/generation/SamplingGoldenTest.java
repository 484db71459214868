package org.moslora.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.problems.NotFinite;

/**
 * Draws against transformers' processors of logits: shares are the softmax of what
 * {@code TemperatureLogitsWarper} and then {@code TopPLogitsWarper} of transformers 5.24.0 leave of the logits below.
 */
final class SamplingGoldenTest {
    private static final float[] LOGITS = {1.5f, -0.25f, 3, 2.75f, 0, -4, 2, 1, -1.5f, 0.5f, 2.5f, -0.75f};
    private static final int DRAWS = 20_000;

    @ParameterizedTest
    @CsvSource({
        "0.25, 0.05, 0 0 1 0 0 0 0 0 0 0 0 0",
        "0.25, 0.8, 0 0 0.7311 0.2689 0 0 0 0 0 0 0 0",
        "0.25, 0.95, 0 0 0.6652 0.2447 0 0 0 0 0 0 0.09 0",
        "0.7, 0.5, 0 0 0.5883 0.4117 0 0 0 0 0 0 0 0",
        "0.7, 0.8, 0 0 0.4568 0.3196 0 0 0 0 0 0 0.2236 0",
        "0.7, 0.95, 0.0461 0 0.3927 0.2748 0 0 0.0941 0 0 0 0.1923 0",
        "1, 0.05, 0 0 1 0 0 0 0 0 0 0 0 0",
        "1, 0.8, 0 0 0.3632 0.2829 0 0 0.1336 0 0 0 0.2203 0",
        "1, 0.95, 0.0699 0 0.3131 0.2439 0 0 0.1152 0.0424 0 0.0257 0.1899 0",
        "1.8, 0.8, 0.1096 0 0.2522 0.2195 0 0 0.1447 0.083 0 0 0.191 0",
        "1.8, 0.95, 0.0951 0.036 0.2189 0.1905 0.0413 0 0.1256 0.0721 0 0.0546 0.1658 0"
    })
    void sharesAreThoseOfTransformers(double temperature, double topP, String shares) {
        int[] counts = counts(new Sampling(temperature, topP, 17, 1));
        String[] expected = shares.split(" ");
        for (int token = 0; token < counts.length; token++) {
            double share = Double.parseDouble(expected[token]);
            if (share == 0) {
                assertThat(counts[token]).as("token %d is cut away", token).isZero();
            }
            // Five deviations of a share of so many draws are 0.018 at most.
            assertThat(counts[token] / (double) DRAWS).as("token %d", token).isCloseTo(share, within(0.018));
        }
    }

    private static int[] counts(Sampling sampling) {
        SplittableRandom random = new SplittableRandom(sampling.seed());
        int[] counts = new int[LOGITS.length];
        for (int i = 0; i < DRAWS; i++) {
            counts[sampling.choose(LOGITS, random)]++;
        }
        return counts;
    }

    /** As transformers keeps at least one token, however small the share. */
    @Test
    void theSmallestShareStillHasTheLikeliestToken() {
        assertThat(counts(new Sampling(1, Double.MIN_VALUE, 3, 1))[2]).isEqualTo(DRAWS);
        assertThat(counts(new Sampling(1, 0, 3, 1))[2]).isEqualTo(DRAWS);
    }

    @Test
    void aSharperTemperatureComesToTheLikeliestToken() {
        assertThat(counts(new Sampling(1e-300, 1, 5, 1))[2]).isEqualTo(DRAWS);
        int sharp = counts(new Sampling(0.5, 1, 5, 1))[2];
        int flat = counts(new Sampling(2, 1, 5, 1))[2];
        assertThat(sharp).isGreaterThan(flat);
    }

    /** Whatever is added to all logits alike, the same seed draws the same tokens. */
    @Test
    void onlyDifferencesOfLogitsCount() {
        float[] moved = LOGITS.clone();
        for (int i = 0; i < moved.length; i++) {
            moved[i] += 64;
        }
        Sampling sampling = new Sampling(0.9, 0.9, 1, 1);
        SplittableRandom here = new SplittableRandom(9);
        SplittableRandom there = new SplittableRandom(9);
        for (int i = 0; i < 500; i++) {
            assertThat(sampling.choose(moved, there)).isEqualTo(sampling.choose(LOGITS, here));
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void logitsThatAreNoNumbersGiveNoToken(float broken) {
        for (int place : new int[] {0, 5, 11}) {
            float[] logits = LOGITS.clone();
            logits[place] = broken;
            for (double temperature : new double[] {0, 1}) {
                Sampling sampling = new Sampling(temperature, 1, 1, 1);
                assertThatThrownBy(() -> sampling.choose(logits, new SplittableRandom(1)))
                        .isInstanceOf(NotFinite.class)
                        .hasMessageContaining("fp32");
            }
        }
    }
}
