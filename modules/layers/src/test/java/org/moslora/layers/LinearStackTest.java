package org.moslora.layers;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LinearStackTest {
    private final Arena arena = Cpu.arena();

    @AfterEach
    void close() {
        arena.close();
    }

    private Linear linear(String leaf) {
        return new Linear(new Site("model.layers.0." + leaf, 3, 2, false), arena.zeros(2, 3), null);
    }

    private LowRank pair() {
        return new LowRank(arena.zeros(1, 3), arena.zeros(2, 1));
    }

    @Test
    void aFrozenBlockLearnsNothing() {
        Linear used = linear("used");
        used.adapt(pair());
        try (LinearStack stack = LinearStack.of(List.of(), List.of(linear("plain"), used), arena.none())) {
            assertThat(stack.learns()).isFalse();
            assertThat(stack.dropout()).isZero();
        }
    }

    @Test
    void oneTrainedAdapterIsEnough() {
        Linear trained = linear("trained");
        trained.adapt(pair(), pair(), 0.25);
        try (LinearStack stack = LinearStack.of(List.of(), List.of(linear("plain"), trained), arena.none())) {
            assertThat(stack.learns()).isTrue();
            assertThat(stack.dropout()).isEqualTo(0.25);
        }
    }

    @Test
    void aTrainedWeightOrNormIsEnough() {
        Linear whole = linear("whole");
        whole.train(arena.zeros(2, 3), arena.zeros(2, 3), null, null);
        NDArray none = arena.none();
        Plain norm = new Plain("norm.weight", arena.zeros(3));
        norm.train(arena.zeros(3), arena.zeros(3));
        try (LinearStack stack = LinearStack.of(List.of(), List.of(whole), none);
                LinearStack norms = LinearStack.of(List.of(norm), List.of(linear("plain")), none)) {
            assertThat(stack.learns()).isTrue();
            assertThat(norms.learns()).isTrue();
        }
    }

    @Test
    void aBlockIsGatheredAnewOnlyWhenALinearHasChanged() {
        NDArray none = arena.none();
        Linear switched = linear("switched");
        List<Linear> linears = List.of(linear("plain"), switched);
        LinearStack first = LinearStack.current(null, List.of(), linears, none);
        assertThat(LinearStack.current(first, List.of(), linears, none)).isSameAs(first);
        switched.adapt(pair());
        LinearStack second = LinearStack.current(first, List.of(), linears, none);
        assertThat(second).isNotSameAs(first);
        NDArray weight = switched.weight();
        switched.replace(arena.zeros(2, 3), null);
        LinearStack third = LinearStack.current(second, List.of(), linears, none);
        assertThat(third).isNotSameAs(second);
        switched.restore();
        assertThat(switched.weight()).isSameAs(weight);
        assertThat(switched.adapter()).isNull();
        LinearStack.current(third, List.of(), linears, none).close();
    }

    @Test
    void aSiteKnowsItsLeafAndTheShapesOfItsFactors() {
        Site site = new Site("model.layers.0.q_proj", 3, 2, false);
        assertThat(site.leaf()).isEqualTo("q_proj");
        assertThat(site.isConvolution()).isFalse();
        assertThat(site.downShape(4)).containsExactly(4, 3);
        assertThat(site.upShape(4)).containsExactly(2, 4);
        Site convolution = new Site("down.conv1", 27, 8, true, List.of(3L, 3L));
        assertThat(convolution.downShape(4)).containsExactly(4, 3, 3, 3);
        assertThat(convolution.upShape(4)).containsExactly(8, 4, 1, 1);
    }
}
