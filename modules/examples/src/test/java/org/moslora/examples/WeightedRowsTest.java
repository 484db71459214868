package org.moslora.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Rows that come more often than others, or less. */
class WeightedRowsTest {
    private static final double[] WEIGHTS = {1, 1, 2, 2.5, 2.5, 0.5, 0.5};

    private static long count(int[] rows, int row) {
        return Arrays.stream(rows).filter(other -> other == row).count();
    }

    @Test
    void eachRowComesAsOftenAsItsWeightSays() {
        WeightedRows rows = new WeightedRows(3, 7, WEIGHTS);
        for (long epoch = 0; epoch < 4; epoch++) {
            int[] all = rows.of(epoch);
            assertThat(all).hasSize(rows.count()).hasSize(10);
            assertThat(count(all, 0)).isEqualTo(1);
            assertThat(count(all, 2)).isEqualTo(2);
            assertThat(count(all, 3) + count(all, 4)).isEqualTo(5);
            assertThat(count(all, 5) + count(all, 6)).isEqualTo(1);
        }
    }

    @Test
    void fractionsTakeOthersInOtherEpochs() {
        WeightedRows rows = new WeightedRows(3, 7, WEIGHTS);
        long fifths = 0;
        for (long epoch = 0; epoch < 200; epoch++) {
            fifths += count(rows.of(epoch), 5);
            assertThat(rows.of(epoch)).isEqualTo(new WeightedRows(3, 7, WEIGHTS).of(epoch));
        }
        assertThat(fifths).isBetween(70L, 130L);
    }

    @Test
    void aPlanOfEqualWeightsIsThePlanWithoutAny() {
        int[] lengths = {5, -3, 8, 2, -9, 4, 1};
        for (Order order : Order.values()) {
            StepPlan plain = new StepPlan(order, 5, 7, 2, 2, lengths);
            StepPlan equal = new StepPlan(order, 5, 7, 2, 2, lengths, new double[] {1, 1, 1, 1, 1, 1, 1});
            StepPlan weighted = new StepPlan(order, 5, 7, 2, 2, lengths, WEIGHTS);
            assertThat(weighted.stepsPerEpoch()).isEqualTo(3);
            for (long step = 0; step < 5; step++) {
                assertThat(equal.step(step)).containsExactlyElementsOf(plain.step(step));
                assertThat(weighted.step(step)).isNotEmpty();
            }
        }
    }
}
