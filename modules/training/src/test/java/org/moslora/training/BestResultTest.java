package org.moslora.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which validation is the best, and when a run has waited long enough for a better one. */
class BestResultTest {
    private static List<Boolean> better(BestResult best, double... losses) {
        List<Boolean> better = new ArrayList<>();
        for (double loss : losses) {
            better.add(best.add(10 * (better.size() + 1), loss));
        }
        return better;
    }

    @Test
    void onlyALowerLossIsBetter() {
        BestResult best = new BestResult(0, null);
        assertThat(best.isAny()).isFalse();
        assertThat(better(best, 2, 2, 1.5, 1.6, 1.5)).containsExactly(true, false, true, false, false);
        assertThat(best.step()).isEqualTo(30);
        assertThat(Objects.requireNonNull(best.loss()).worse()).isEqualTo(2);
    }

    /** A model that ran over has no best, and numbers that come later count. */
    @Test
    void whatIsNoNumberIsNeverTheBest() {
        BestResult best = new BestResult(2, null);
        assertThat(better(best, Double.NaN, Double.POSITIVE_INFINITY)).containsExactly(false, false);
        assertThat(best.isAny()).isFalse();
        assertThat(best.step()).isZero();
        assertThat(best.exhausted()).isFalse();
        assertThat(best.add(30, 7)).isTrue();
        assertThat(best.add(40, Double.NaN)).isFalse();
        assertThat(best.step()).isEqualTo(30);
    }

    @ParameterizedTest
    @CsvSource({"1, 2", "2, 3", "3, 4", "0, -1"})
    void patienceIsHowManyWithoutABetterOneAreBorne(int patience, int ends) {
        BestResult best = new BestResult(patience, null);
        int exhausted = -1;
        for (int i = 1; i <= 6 && exhausted < 0; i++) {
            best.add(i, 1);
            exhausted = best.exhausted() ? i : -1;
        }
        assertThat(exhausted).isEqualTo(ends);
    }

    @Test
    void aBetterOneBeginsTheWaitAnew() {
        BestResult best = new BestResult(2, null);
        better(best, 3, 4, 2, 5);
        assertThat(best.exhausted()).isFalse();
        best.add(50, 2);
        assertThat(best.exhausted()).isTrue();
    }

    @Test
    void aRunThatGoesOnKnowsWhatItWaitedFor() {
        BestResult before = new BestResult(3, null);
        better(before, 1, 2);
        BestResult resumed = new BestResult(3, before.loss());
        assertThat(resumed.add(30, 1.5)).isFalse();
        assertThat(resumed.exhausted()).isFalse();
        assertThat(resumed.add(40, 1.5)).isFalse();
        assertThat(resumed.exhausted()).isTrue();
        assertThat(resumed.step()).isEqualTo(10);
        assertThat(resumed.told(40, 1.5)).isEqualTo("step 40: validation loss 1.5000 (best 1.0000 at step 10)");
    }

    @Test
    void whatIsForgottenMakesTheNextTheBest() {
        BestResult best = new BestResult(1, null);
        better(best, 1, 2);
        best.forget();
        assertThat(best.exhausted()).isFalse();
        assertThat(best.add(30, 9)).isTrue();
        assertThat(best.told(30, 9)).isEqualTo("step 30: validation loss 9.0000");
    }
}
