package org.moslora.generation.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.layers.Engine;
import org.moslora.problems.InvalidInput;

/** The generator that needs no libtorch draws what libtorch draws, also where the last block is drawn anew. */
final class PlainNoiseTest {
    @BeforeAll
    static void start() {
        Engine.start(1);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 7, 4_294_967_301L, 2_147_483_648L})
    void drawsWhatLibtorchDraws(long seed) {
        for (LatentShape shape : List.of(new LatentShape(4, 2, 2), new LatentShape(4, 15, 17))) {
            List<float[]> plain = new PlainNoise().draw(seed, 3, shape);
            List<float[]> torch = new TorchNoise().draw(seed, 3, shape);
            assertThat(plain).hasSize(3);
            for (int i = 0; i < 3; i++) {
                assertThat(plain.get(i)).containsExactly(torch.get(i), Offset.offset(2e-6f));
            }
        }
    }

    @Test
    void refusesWhatLibtorchDrawsInAnotherWay() {
        assertThatThrownBy(() -> new PlainNoise().draw(0, 1, new LatentShape(4, 1, 1)))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("engine torch");
    }
}
