package org.moslora.layers;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BlockTensorsTest {
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

    private BlockTensors tensors(List<OtherTensor> plain, Linear... linears) {
        return new BlockTensors(arena, plain, List.of(linears));
    }

    @Test
    void aFrozenBlockLearnsNothing() {
        Linear used = linear("used");
        used.adapt(pair());
        assertThat(tensors(List.of(), linear("plain"), used).learns()).isFalse();
    }

    @Test
    void oneTrainedAdapterIsEnough() {
        Linear trained = linear("trained");
        trained.adapt(pair(), pair(), 0.25);
        assertThat(tensors(List.of(), linear("plain"), trained).learns()).isTrue();
    }

    @Test
    void aTrainedWeightOrNormIsEnough() {
        Linear whole = linear("whole");
        whole.train(arena.zeros(2, 3), arena.zeros(2, 3), null, null);
        OtherTensor norm = new OtherTensor("norm.weight", arena.zeros(3));
        norm.train(arena.zeros(3), arena.zeros(3));
        assertThat(tensors(List.of(), whole).learns()).isTrue();
        assertThat(tensors(List.of(norm), linear("plain")).learns()).isTrue();
    }

    @Test
    void aBlockIsGatheredAnewOnlyWhenALinearHasChanged() {
        Linear switched = linear("switched");
        BlockTensors tensors = tensors(List.of(), linear("plain"), switched);
        Structure first = tensors.block();
        assertThat(tensors.block()).isSameAs(first);
        switched.adapt(pair());
        Structure second = tensors.block();
        assertThat(second).isNotSameAs(first);
        NDArray weight = switched.weight();
        switched.replace(arena.zeros(2, 3), null);
        assertThat(tensors.block()).isNotSameAs(second);
        switched.restore();
        assertThat(switched.weight()).isSameAs(weight);
        assertThat(switched.adapter()).isNull();
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
