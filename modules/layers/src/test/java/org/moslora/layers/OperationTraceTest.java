package org.moslora.layers;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class OperationTraceTest {
    @Test
    void whatAnOperationCalledIsWithinIt() {
        List<TracedOperation> read = OperationTrace.read("""
                [
                {
                  "name": "aten::copy_",
                  "ph": "X",
                  "ts": 11.0,
                  "dur": 2.0,
                  "tid": 1,
                  "pid": "CPU Functions",
                  "shape": [[2, 3], []],
                  "cpu mem": "0 b",
                  "args": {}
                },
                {
                  "name": "aten::clone",
                  "ph": "X",
                  "ts": 10.0,
                  "dur": 5.0,
                  "tid": 1,
                  "pid": "CPU Functions",
                  "shape": [[2, 3]],
                  "cpu mem": "0 b",
                  "args": {}
                },
                {
                  "name": "aten::empty",
                  "ph": "X",
                  "ts": 20.0,
                  "dur": 1.0,
                  "tid": 1,
                  "pid": "CPU Functions",
                  "shape": [],
                  "cpu mem": "0 b",
                  "args": {}
                }]
                """);
        assertThat(read).extracting(TracedOperation::name).containsExactly("aten::clone", "aten::empty");
        TracedOperation clone = read.get(0);
        assertThat(clone.shapes()).containsExactly(List.of(2L, 3L));
        assertThat(clone.within()).extracting(TracedOperation::name).containsExactly("aten::copy_");
        assertThat(clone.within().get(0).shapes()).containsExactly(List.of(2L, 3L), List.of());
        assertThat(clone.own()).isCloseTo(3e-6, org.assertj.core.data.Offset.offset(1e-12));
        assertThat(read.get(1).shapes()).isEmpty();
    }

    @Test
    void kernelsAreSeenWithWhatTheyCall() throws IOException {
        try (Arena arena = Cpu.arena()) {
            OperationTrace.start();
            NDArray y = Kernels.get()
                    .one(arena, "alone_product", new long[] {2, 3}, new long[] {3, 4}, false, true, false, 6);
            List<TracedOperation> seen = OperationTrace.stop();
            assertThat(y.getShape().getShape()).containsExactly(2, 4);
            TracedOperation product = find("aten::mm", seen);
            assertThat(product.shapes()).containsExactly(List.of(2L, 3L), List.of(3L, 4L));
            assertThat(product.seconds()).isPositive();
        }
    }

    private static TracedOperation find(String name, List<TracedOperation> among) {
        for (TracedOperation one : among) {
            TracedOperation found = one.name().equals(name) ? one : find(name, one.within());
            if (found != null) {
                return found;
            }
        }
        return null;
    }
}
