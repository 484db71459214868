package org.moslora.app.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.moslora.layers.Engine;
import org.moslora.layers.Precision;
import org.moslora.layers.TracedOperation;

class AccountTableTest {
    private static final long RANK = 5;

    @BeforeAll
    static void start() {
        Engine.start(1);
    }

    private static TracedOperation ran(
            String name, double seconds, List<List<Long>> shapes, TracedOperation... within) {
        return new TracedOperation(name, shapes, seconds, List.of(within));
    }

    @Test
    void everySecondIsCountedOnceAndWhatIsLeftIsTheRest() {
        List<List<Long>> wide = List.of(List.of(8L, 16L), List.of(16L, 8L));
        // What an interpreter held before the arguments is told with them.
        List<List<Long>> thin = List.of(List.of(9L, 9L), List.of(8L, 16L), List.of(16L, RANK));
        TracedOperation kernel = ran(
                "decoder_forward",
                1.0,
                List.of(),
                ran("aten::mm", 0.4, wide, ran("aten::copy_", 0.1, List.of())),
                ran("aten::mm", 0.1, thin),
                ran("aten::silu", 0.2, List.of(), ran("aten::copy_", 0.05, List.of())));
        AccountTable table =
                AccountTable.of(new Measured("a step", 2, 1, 2, List.of(kernel), RANK), new AloneTimes(Precision.FP32));
        assertThat(table.spent().get(TimeKind.PRODUCTS)).isCloseTo(0.4, offset(1e-9));
        assertThat(table.spent().get(TimeKind.ADAPTERS)).isCloseTo(0.1, offset(1e-9));
        assertThat(table.spent().get(TimeKind.POINTWISE)).isCloseTo(0.15, offset(1e-9));
        assertThat(table.spent().get(TimeKind.COPIES)).isCloseTo(0.05, offset(1e-9));
        assertThat(table.spent().get(TimeKind.REST)).isCloseTo(1.3, offset(1e-9));
        assertThat(table.alone().get(TimeKind.PRODUCTS)).isPositive().isLessThan(0.4);
        assertThat(table.markdown()).contains("| all | 2.000 | 100 % |").contains("all over alone: ");
    }

    @Test
    void operationsRunAloneInEveryLayout() {
        AloneTimes times = new AloneTimes(Precision.FP32);
        List<Long> picture = List.of(1L, 4L, 8L, 8L);
        List<Long> rows = List.of(1L, 2L, 8L, 4L);
        List<OperationGroup> groups = OperationGroup.of(
                List.of(
                        ran("aten::bmm", 9, List.of(List.of(2L, 3L, 4L), List.of(2L, 4L, 3L))),
                        ran("aten::conv2d", 9, List.of(picture, List.of(6L, 4L, 3L, 3L))),
                        ran("aten::convolution_backward", 9, List.of(picture, picture, List.of(4L, 4L, 3L, 3L))),
                        ran("aten::" + TimeKind.FLASH, 9, List.of(rows, rows, rows)),
                        ran("aten::" + TimeKind.FLASH + "_backward", 9, List.of(rows, rows, rows, rows))),
                RANK);
        assertThat(groups)
                .hasSize(5)
                .allSatisfy(group -> assertThat(times.of(group, 1)).isPositive().isLessThan(9));
    }
}
