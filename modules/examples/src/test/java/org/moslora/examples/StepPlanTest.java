package org.moslora.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StepPlanTest {
    private static final int[] LENGTHS = {90, -5, 30, -50, 70, 10, -40, 20, 60, -30, 80};

    private static StepPlan plan(Order order, long seed) {
        return new StepPlan(order, seed, 11, 2, 2, LENGTHS);
    }

    private static int[] rows(StepPlan plan, long step) {
        return plan.step(step).stream().flatMapToInt(Arrays::stream).toArray();
    }

    @Test
    void sequentialTakesWhatIsLeftAtTheEndOfAnEpoch() {
        StepPlan plan = plan(Order.SEQUENTIAL, 0);

        assertThat(plan.stepsPerEpoch()).isEqualTo(3);
        assertThat(plan.step(0)).containsExactly(new int[] {0, 1}, new int[] {2, 3});
        assertThat(plan.step(2)).containsExactly(new int[] {8, 9}, new int[] {10});
        assertThat(plan.step(3)).containsExactly(new int[] {0, 1}, new int[] {2, 3});
        assertThat(new StepPlan(Order.SEQUENTIAL, 0, 1, 5, 5, new int[0]).step(7))
                .containsExactly(new int[] {0});
    }

    @ParameterizedTest
    @EnumSource(Order.class)
    void everyEpochHasEveryRowOnceAndAnyStepCanComeFirst(Order order) {
        StepPlan plan = plan(order, 3);
        for (int epoch = 0; epoch < 4; epoch++) {
            int first = epoch * 3;
            int[] all = IntStream.range(first, first + 3)
                    .flatMap(step -> Arrays.stream(rows(plan, step)))
                    .toArray();

            assertThat(all).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
            assertThat(rows(plan(order, 3), first + 1)).isEqualTo(rows(plan, first + 1));
        }
        assertThat(rows(plan, 1)).as("going back").isEqualTo(rows(plan(order, 3), 1));
    }

    @Test
    void shufflingDependsOnTheSeedAndTheEpoch() {
        StepPlan plan = plan(Order.SHUFFLED, 0);

        assertThat(rows(plan, 0)).isNotEqualTo(rows(plan, 3));
        assertThat(rows(plan, 0)).isNotEqualTo(rows(plan(Order.SHUFFLED, 1), 0));
        // The numbers of java.util.Random are specified: these rows are the same everywhere, for ever.
        assertThat(rows(plan, 0)).containsExactly(GOLDEN);
    }

    private static final int[] GOLDEN = {7, 9, 3, 5};

    @Test
    void modalityLengthKeepsStepsOfOneKindAndMicroBatchesEven() {
        int[] lengths = IntStream.range(0, 64)
                .map(row -> (row % 3 == 0 ? -1 : 1) * (10 + row * 37 % 100))
                .toArray();
        StepPlan plan = new StepPlan(Order.MODALITY_LENGTH, 5, 64, 2, 4, lengths);
        int mixed = 0;
        for (int step = 0; step < plan.stepsPerEpoch(); step++) {
            List<int[]> batches = plan.step(step);
            mixed += Arrays.stream(rows(plan, step))
                                    .map(row -> Integer.signum(lengths[row]))
                                    .distinct()
                                    .count()
                            > 1
                    ? 1
                    : 0;
            if (step < plan.stepsPerEpoch() - 2) {
                int[] tokens = batches.stream()
                        .mapToInt(rows -> Arrays.stream(rows)
                                .map(row -> Math.abs(lengths[row]))
                                .sum())
                        .toArray();
                assertThat(Arrays.stream(tokens).max().orElseThrow())
                        .isLessThan(2 * Arrays.stream(tokens).min().orElseThrow());
            }
        }
        assertThat(mixed).as("only the leftovers of both kinds may meet").isLessThanOrEqualTo(2);
    }

    @Test
    void numbersMustMakeSense() {
        assertThatThrownBy(() -> new StepPlan(Order.SHUFFLED, 0, 0, 1, 1, new int[0]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new StepPlan(Order.MODALITY_LENGTH, 0, 3, 1, 1, new int[2]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Order.named("data.order", "modality_length"))
                .hasMessageContaining("did you mean modality-length?");
    }

    @Test
    void whoSharesStepsTakesEveryNthMicroBatch() {
        StepPlan whole = new StepPlan(Order.SHUFFLED, 5, 17, 2, 3, new int[0]);
        for (long step = 0; step < 2L * whole.stepsPerEpoch(); step++) {
            List<int[]> all = whole.step(step);
            for (int rank = 0; rank < 4; rank++) {
                List<int[]> own = whole.shared(rank, 4).step(step);
                for (int i = 0; i < own.size(); i++) {
                    assertThat(own.get(i)).isEqualTo(all.get(i * 4 + rank));
                }
                assertThat(own).hasSize((all.size() - rank + 3) / 4);
            }
        }
    }
}
