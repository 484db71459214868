package org.moslora.layers.block;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.layers.Kernels;
import org.moslora.layers.Tape;

/** Blocks that multiply by two, three, five, and write down what they are asked. */
class BlockListTest {
    private final List<String> asked = new ArrayList<>();
    private Arena arena;

    @BeforeEach
    void open() {
        Engine.start(1);
        arena = Arena.open(Compute.cpu());
    }

    @AfterEach
    void close() {
        arena.close();
    }

    private final class Times implements Block<String> {
        private final double factor;
        private final boolean learns;

        Times(double factor, boolean learns) {
            this.factor = factor;
            this.learns = learns;
        }

        @Override
        public boolean learns() {
            return learns;
        }

        @Override
        public NDArray forward(Arena step, NDArray x, String pass, Tape tape, long seed) {
            asked.add(pass + " " + factor + " seed " + seed);
            NDArray y = Kernels.get().one(step, "scaled", x, factor);
            tape.add(x, List.of(), 4);
            return y;
        }

        @Override
        public NDArray backward(Arena step, NDArray dy, String pass, Tape tape, long seed, boolean need) {
            asked.add(pass + " " + factor + " seed " + seed + " need " + need);
            NDArray dx = Kernels.get().one(step, "scaled", dy, factor);
            tape.take().close();
            return dx;
        }
    }

    private BlockList<String> list(boolean first, boolean second, boolean third) {
        return new BlockList<>(
                List.of(new Times(2, first), new Times(3, second), new Times(5, third)), (seed, i) -> seed + 10L * i);
    }

    private NDArray one() {
        return arena.floats(new float[] {1}, 1);
    }

    @Test
    void runsInOrderWithASeedForEachBlockAndFreesWhatWasRead() {
        NDArray x = one();
        int before = arena.live();
        NDArray y = list(true, true, true).forward(arena, x, "go", Tape.none(), 7);
        assertThat(y.getFloat()).isEqualTo(30);
        assertThat(asked).containsExactly("go 2.0 seed 7", "go 3.0 seed 17", "go 5.0 seed 27");
        assertThat(arena.live()).isEqualTo(before);
    }

    @Test
    void statesThatOthersReadStay() {
        List<NDArray> seen = new ArrayList<>();
        list(true, true, true).forward(arena, one(), 2, "go", Tape.none(), 0, (i, state) -> i == 1 && seen.add(state));
        assertThat(seen).hasSize(1);
        assertThat(seen.get(0).getFloat()).isEqualTo(2);
        assertThat(asked).hasSize(2);
    }

    @Test
    void goesBackAsFarAsAnythingLearns() {
        BlockList<String> blocks = list(false, true, false);
        assertThat(blocks.lowest()).isEqualTo(1);
        assertThat(blocks.lowest(i -> i == 0)).isZero();
        assertThat(blocks.learns()).isTrue();
        assertThat(list(false, false, false).learns()).isFalse();
        Tape tape = Tape.of(0);
        blocks.forward(arena, one(), "go", tape, 0);
        asked.clear();
        blocks.backward(arena, one(), "back", tape, 0, false);
        assertThat(asked).containsExactly("back 5.0 seed 20 need true", "back 3.0 seed 10 need false");
    }

    @Test
    void gradientsOfStatesThatOthersReadAreAddedAndMadeOnesFreed() {
        BlockList<String> blocks = list(true, true, true);
        Tape tape = Tape.of(0);
        blocks.forward(arena, one(), "go", tape, 0);
        NDArray dy = one();
        NDArray other = one();
        int before = arena.live();
        NDArray dx = blocks.backward(
                arena, 3, dy, 0, "back", tape, 0, true, i -> i == 2 || i == 0 ? List.of(other) : List.of());
        // ((1·5 + 1)·3)·2 + 1
        assertThat(dx).isNotNull();
        assertThat(dx.getFloat()).isEqualTo(37);
        assertThat(other.getFloat()).isEqualTo(1);
        assertThat(dy.getFloat()).isEqualTo(1);
        // The tape's three states are gone, the gradient has come.
        assertThat(arena.live()).isEqualTo(before - 3 + 1);
    }

    @Test
    void blocksAboveEveryGradientAreLeftOut() {
        BlockList<String> blocks = list(true, true, true);
        Tape tape = Tape.of(0);
        blocks.forward(arena, one(), "go", tape, 0);
        asked.clear();
        NDArray dx =
                blocks.backward(arena, 3, null, 0, "back", tape, 0, true, i -> i == 1 ? List.of(one()) : List.of());
        assertThat(asked).containsExactly("back 2.0 seed 0 need true");
        assertThat(dx).isNotNull();
        assertThat(dx.getFloat()).isEqualTo(2);
    }
}
