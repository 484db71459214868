package org.moslora.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import org.junit.jupiter.api.Test;

class ArenaTest {
    @Test
    void closingFreesWhatWasMade() {
        Arena arena = Cpu.arena();
        NDArray made = arena.zeros(2, 3);
        assertThat(arena.live()).isEqualTo(1);
        arena.close();
        assertThat(made.isReleased()).isTrue();
        assertThatThrownBy(made::toFloatArray).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aChildIsClosedWithItsParentAndFreesOnlyItsOwn() {
        Arena arena = Cpu.arena();
        NDArray own = arena.zeros(1);
        Arena child = arena.child();
        NDArray inside = child.zeros(1);
        assertThat(arena.live()).isEqualTo(2);
        child.close();
        assertThat(inside.isReleased()).isTrue();
        assertThat(own.isReleased()).isFalse();
        assertThat(arena.live()).isEqualTo(1);
        NDArray left = arena.child().zeros(1);
        arena.close();
        assertThat(left.isReleased()).isTrue();
    }

    @Test
    void resultsOfKernelsBelongToTheArenaGiven() {
        try (Arena arena = Cpu.arena()) {
            NDArray x = arena.floats(new float[] {1, 2}, 2);
            Arena step = arena.child();
            NDArray sum = Kernels.get().one(step, "added", x, x);
            assertThat(sum.toFloatArray()).containsExactly(2, 4);
            assertThat(step.live()).isEqualTo(1);
            step.close();
            assertThat(sum.isReleased()).isTrue();
            assertThat(x.toFloatArray()).containsExactly(1, 2);
        }
    }

    @Test
    void anArrayCanBeHandedOver() {
        try (Arena arena = Cpu.arena()) {
            Arena step = arena.child();
            NDArray kept = arena.adopt(step.floats(new float[] {7}, 1));
            step.close();
            assertThat(kept.toFloatArray()).containsExactly(7);
        }
    }

    @Test
    void theNumberOfArraysStaysWhatItIsOverManySteps() {
        try (Arena arena = Cpu.arena()) {
            NDArray x = arena.floats(new float[] {1, 2}, 2);
            int before = arena.live();
            for (int i = 0; i < 200; i++) {
                try (Arena step = arena.child()) {
                    Kernels.get().call(step, "added", x, step.floats(new float[] {i, i}, 2));
                }
                assertThat(arena.live()).isEqualTo(before);
            }
        }
    }

    @Test
    void arraysHoldWhatTheyAreGiven() {
        try (Arena arena = Cpu.arena()) {
            assertThat(arena.longs(3, 1).toLongArray()).containsExactly(3, 1);
            assertThat(arena.longs(3L, 1L).toLongArray()).containsExactly(3, 1);
            assertThat(arena.none().size()).isZero();
            assertThat(arena.zeros(2, 2).toFloatArray()).containsExactly(0, 0, 0, 0);
            assertThat(arena.floats(new float[] {1, 2, 3, 4}, 2, 2).getShape().getShape())
                    .containsExactly(2, 2);
        }
    }

    @Test
    void aKernelThatFailsSaysWhich() {
        try (Arena arena = Cpu.arena()) {
            NDArray x = arena.zeros(2);
            NDArray y = arena.zeros(3);
            assertThatThrownBy(() -> Kernels.get().call(arena, "added", x, y))
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining("kernel added");
        }
    }

    @Test
    void whatIsUploadedIsACopyOfTheHosts() {
        try (Arena arena = Cpu.arena()) {
            NDArray host = arena.floats(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
            NDArray there = Kernels.get().one(arena, "uploaded", host, "cpu");
            Kernels.get().call(arena, "copied_into", host, arena.zeros(2, 3));
            assertThat(there.getShape()).isEqualTo(host.getShape());
            assertThat(there.toFloatArray()).containsExactly(1, 2, 3, 4, 5, 6);
        }
    }

    /** On a machine without a GPU this goes as far as the library's own refusal, and leaves nothing behind. */
    @Test
    void valuesForAGpuGoThroughPagesThatStay() {
        try (Arena arena = Arena.open(new Compute(Device.gpu(0), Precision.FP32))) {
            if (Engine.getEngine("PyTorch").getGpuCount() > 0) {
                assertThat(arena.floats(new float[] {3, 4}, 2).toFloatArray()).containsExactly(3, 4);
                assertThat(arena.longs(5, 6).toLongArray()).containsExactly(5, 6);
            } else {
                assertThatThrownBy(() -> arena.floats(new float[] {3, 4}, 2))
                        .isInstanceOf(EngineException.class)
                        .hasMessageContaining("kernel uploaded")
                        .hasMessageContaining("pin_memory");
                assertThat(arena.live()).isZero();
            }
        }
    }
}
