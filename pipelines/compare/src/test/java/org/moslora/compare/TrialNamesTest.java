package org.moslora.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a trial is called and what it changes: trials that differ in anything differ in both. */
class TrialNamesTest {
    private static final Variant VARIANT = new Variant("lora", List.of("adapter.kind=lora", "adapter.alpha=8"));

    @ParameterizedTest
    @CsvSource({
        "0.003, 3e-3",
        "2.0e-4, 2e-4",
        "0.000125, 1.25e-4",
        "1, 1e0",
        "10, 1e1",
        "150000, 1.5e5",
        "0, 0e0",
        "0.0123456, 1.23456e-2",
        "0.123456789, 1.23456789e-1",
        "1.0000000001e-4, 1.0000000001e-4"
    })
    void aRateIsAsShortAsItIsExact(double rate, String text) {
        assertThat(Trial.rate(rate)).isEqualTo(text);
    }

    /** What is trained is the rate that was asked for, and no two share a folder. */
    @Test
    void whateverTheRateItIsReadBackToTheBit() {
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < 500; i++) {
            double rate = Math.exp(random.nextDouble(-20, 3));
            assertThat(Double.parseDouble(Trial.rate(rate))).isEqualTo(rate);
        }
    }

    private static Trial trial(@Nullable Integer rank, @Nullable Integer rows, @Nullable Double rate, long seed) {
        return new Trial(VARIANT, rank, rows, rate, seed);
    }

    @Test
    void whatIsTheRecipesIsNotInTheName() {
        assertThat(trial(null, null, null, 3).id()).isEqualTo("lora-s3");
        assertThat(trial(4, 100, 2e-4, 0).id()).isEqualTo("lora-r4-n100-lr2e-4-s0");
        assertThat(trial(null, null, null, 3).overrides())
                .containsExactly("adapter.kind=lora", "adapter.alpha=8", "training.seed=3");
        assertThat(trial(4, 100, 2e-4, 0).overrides())
                .containsExactly(
                        "adapter.kind=lora",
                        "adapter.alpha=8",
                        "adapter.rank=4",
                        "training.learning_rate=2e-4",
                        "training.seed=0");
    }

    @Test
    void trialsThatDifferHaveFoldersThatDiffer() {
        Set<String> ids = new HashSet<>();
        int count = 0;
        for (Integer rank : new Integer[] {null, 1, 11}) {
            for (Integer rows : new Integer[] {null, 1, 11}) {
                for (Double rate : new Double[] {null, 1e-3, 1.0000001e-3, 1.00000001e-3}) {
                    for (long seed : new long[] {0, 1, 11}) {
                        ids.add(trial(rank, rows, rate, seed).id());
                        count++;
                    }
                }
            }
        }
        assertThat(ids).hasSize(count);
    }

    @Test
    void aPlaceIsWhatSeedsShare() {
        assertThat(trial(4, 10, 1e-3, 0).place())
                .isEqualTo(trial(4, 10, 1e-3, 7).place());
        assertThat(trial(4, 10, 1e-3, 0).place().withoutRate())
                .isEqualTo(trial(4, 10, 1e-2, 1).place().withoutRate())
                .isNotEqualTo(trial(5, 10, 1e-2, 1).place().withoutRate());
    }
}
