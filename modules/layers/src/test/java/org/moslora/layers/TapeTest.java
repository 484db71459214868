package org.moslora.layers;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TapeTest {
    private final Arena arena = Cpu.arena();

    @AfterEach
    void close() {
        arena.close();
    }

    @Test
    void insidesAreKeptWhileTheBudgetLasts() {
        Tape tape = Tape.of(50);
        NDArray first = arena.zeros(5);
        NDArray second = arena.zeros(5);
        NDArray third = arena.zeros(8);
        NDArray input = arena.zeros(1);
        tape.add(input, List.of(first), 4);
        tape.add(input, List.of(third), 4);
        tape.add(input, List.of(second), 4);
        assertThat(tape.take().saved()).containsExactly(second);
        assertThat(tape.take().saved()).isEmpty();
        assertThat(third.isReleased()).isTrue();
        Tape.Entry last = tape.take();
        assertThat(last.saved()).containsExactly(first);
        last.close();
        assertThat(first.isReleased()).isTrue();
        assertThat(input.isReleased()).isTrue();
    }

    @Test
    void withoutABudgetOnlyInputsStay() {
        Tape tape = Tape.of(0);
        NDArray inside = arena.zeros(5);
        NDArray input = arena.zeros(1);
        tape.add(input, List.of(inside), 4);
        assertThat(inside.isReleased()).isTrue();
        assertThat(tape.take().input()).isSameAs(input);
        assertThat(input.isReleased()).isFalse();
    }

    @Test
    void withoutABackwardPassNothingStays() {
        Tape tape = Tape.none();
        NDArray inside = arena.zeros(5);
        NDArray input = arena.zeros(1);
        tape.add(input, List.of(inside), 4);
        assertThat(tape.keeps()).isFalse();
        assertThat(inside.isReleased()).isTrue();
        assertThat(input.isReleased()).isFalse();
    }
}
