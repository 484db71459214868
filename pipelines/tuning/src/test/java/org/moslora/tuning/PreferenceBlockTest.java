package org.moslora.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The loss of a pair and its slope. */
class PreferenceBlockTest {
    /** −0.9·log σ(0.3·1.5) − 0.1·log σ(−0.3·1.5), and so on, computed by hand. */
    @ParameterizedTest
    @CsvSource({
        "0.3, 0.0, -1, -2.5, 0.493248",
        "0.3, 0.1, -1, -2.5, 0.538248",
        "0.1, 0.0, 0, 0, 0.693147",
        "2, 0.2, -400, 0, 640"
    })
    void theLossIsThatOfThePaper(double beta, double smoothing, double chosen, double rejected, double loss) {
        assertThat(new PreferenceBlock(beta, smoothing).judge(chosen, rejected).loss())
                .isCloseTo(loss, within(1e-5 * Math.max(1, loss)));
    }

    @Test
    void theSlopeIsTheLosses() {
        double step = 1e-5;
        for (double smoothing : new double[] {0, 0.2}) {
            PreferenceBlock block = new PreferenceBlock(0.4, smoothing);
            for (double chosen : new double[] {-3, 0, 7}) {
                double above = block.judge(chosen + step, 1).loss();
                double below = block.judge(chosen - step, 1).loss();
                assertThat(block.judge(chosen, 1).slope()).isCloseTo((above - below) / (2 * step), within(1e-6));
            }
        }
    }
}
