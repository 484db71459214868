package org.moslora.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DropoutTest {
    private static final int WIDTH = 100;

    private final Arena arena = Cpu.arena();

    @AfterEach
    void close() {
        arena.close();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.05, 0.3, 0.8})
    void theExpectedShareStaysAndIsScaledUp(double share) {
        float[] seen = Values.of(dropped(share, 12)).data();
        int zeros = 0;
        for (float value : seen) {
            assertThat(value).isIn(0f, (float) (1 / (1 - share)));
            zeros += value == 0 ? 1 : 0;
        }
        // Of 100 000 draws the share wanders by less than 0.002, one deviation being 0.0016 at most.
        assertThat(zeros / (double) seen.length).isCloseTo(share, within(0.008));
    }

    @Test
    void theSameSeedGivesTheSameMaskAndAnotherAnother() {
        float[] mask = Values.of(dropped(0.5, 12)).data();
        assertThat(Values.of(dropped(0.5, 12)).data()).isEqualTo(mask);
        assertThat(Values.of(dropped(0.5, 13)).data()).isNotEqualTo(mask);
    }

    @Test
    void noDropoutIsTheInputItself() {
        Values x = Values.random(new Random(1), 0, 1, 8, WIDTH);
        assertThat(Values.of(dropped(x.in(arena), 0, 12)).data()).isEqualTo(x.data());
    }

    @Test
    void aBlockWithDropoutIsAFunctionOfItsSeed() {
        BlockValues tensors = BlockValues.vision(new Random(2), 8);
        BlockKernels one = new BlockKernels.Vision(new long[] {4, 4}, 3, "gelu", 0.5, 64, false);
        BlockKernels other = new BlockKernels.Vision(new long[] {4, 4}, 3, "gelu", 0.5, 128, false);
        assertThat(tensors.forward(one).data()).isEqualTo(tensors.forward(one).data());
        assertThat(tensors.forward(one).data())
                .isNotEqualTo(tensors.forward(other).data());
    }

    @Test
    void dropoutTouchesOnlyWhatAdaptersSee() {
        BlockValues tensors = BlockValues.vision(new Random(2), 8);
        BlockValues bare = new BlockValues(
                tensors.x(),
                tensors.dy(),
                tensors.weights(),
                tensors.pairs().stream().map(pair -> Values.zeros(0)).toList());
        BlockKernels.Vision kernels = new BlockKernels.Vision(new long[] {4, 4}, 3, "gelu", 0, 64, false);
        assertThat(bare.forward(kernels.with(0.5)).data())
                .isEqualTo(bare.forward(kernels).data());
    }

    @Test
    void seedsOfBlocksLeaveRoomForTheirSites() {
        Set<Long> seeds = new HashSet<>();
        for (int pass = 0; pass < 50; pass++) {
            for (int block = 0; block < 100; block++) {
                long seed = Seeds.mix(pass, block);
                assertThat(seed).isNotNegative();
                assertThat(seed % 64).isZero();
                assertThat(seeds.add(seed)).isTrue();
            }
        }
    }

    private NDArray dropped(double share, long seed) {
        float[] ones = new float[1000 * WIDTH];
        Arrays.fill(ones, 1);
        return dropped(arena.floats(ones, 1000, WIDTH), share, seed);
    }

    /** What an adapter sees of x, shown by a linear whose weight is zero and whose pair is the identity twice. */
    private NDArray dropped(NDArray x, double share, long seed) {
        float[] ones = new float[WIDTH * WIDTH];
        for (int i = 0; i < WIDTH; i++) {
            ones[i * WIDTH + i] = 1;
        }
        NDArray identity = arena.floats(ones, WIDTH, WIDTH);
        NDArray zero = arena.zeros(WIDTH, WIDTH);
        NDArray none = arena.none();
        List<NDArray> weights = List.of(zero, none, zero, none);
        List<NDArray> pairs = List.of(identity, identity, none, none, none, none, none, none);
        return new BlockKernels.Projector("relu", share, seed).forward(arena, x, weights, pairs)[1];
    }
}
