package org.moslora.miniature.blank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table of positions of a Stable Diffusion 3 is the one that diffusers makes. */
class PlaceTableTest {
    private static final int SIDE = 16;
    private static final int WIDTH = 128;

    private final float[] table = PlaceTable.of(SIDE, WIDTH, 8);

    private float[] place(int row, int column) {
        int at = (row * SIDE + column) * WIDTH;
        return Arrays.copyOfRange(table, at, at + WIDTH);
    }

    /** {@code SD3Transformer2DModel(…).pos_embed.pos_embed[0, row · 16 + column, k]} of diffusers 0.42.1, torch 2.7.1. */
    @ParameterizedTest
    @CsvSource({
        "0, 0, 0, 0.0",
        "0, 0, 40, 1.0",
        "0, 3, 0, 0.9974949955940247",
        "0, 3, 33, 0.4313196837902069",
        "5, 0, 64, 0.5984721183776855",
        "5, 0, 97, -0.29928115010261536",
        "7, 11, 1, -0.8320679068565369",
        "7, 11, 31, 0.0007334367255680263",
        "7, 11, 63, 0.9999997019767761",
        "7, 11, 70, 0.582984983921051",
        "15, 15, 100, -0.7179911136627197",
        "15, 15, 127, 0.9999995231628418"
    })
    void aPlaceHasTheNumbersOfDiffusers(int row, int column, int index, double wanted) {
        assertThat((double) place(row, column)[index]).isCloseTo(wanted, within(2e-7));
    }

    @Test
    void theFirstHalfSaysTheColumnAndTheOtherTheRow() {
        float[] here = place(3, 9);
        assertThat(Arrays.copyOf(here, WIDTH / 2)).isEqualTo(Arrays.copyOf(place(12, 9), WIDTH / 2));
        assertThat(Arrays.copyOfRange(here, WIDTH / 2, WIDTH))
                .isEqualTo(Arrays.copyOfRange(place(3, 0), WIDTH / 2, WIDTH))
                .isEqualTo(Arrays.copyOf(place(0, 3), WIDTH / 2));
    }

    @Test
    void noTwoPlacesAreAlike() {
        assertThat(java.util.stream.IntStream.range(0, SIDE * SIDE)
                        .mapToObj(i -> Arrays.toString(place(i / SIDE, i % SIDE)))
                        .distinct())
                .hasSize(SIDE * SIDE);
    }

    /** Sine and cosine of one angle, in every pair of numbers. */
    @Test
    void everyPairIsOfLengthOne() {
        float[] here = place(13, 6);
        int pairs = WIDTH / 4;
        for (int half = 0; half < 2; half++) {
            for (int i = 0; i < pairs; i++) {
                int at = half * 2 * pairs + i;
                assertThat(Math.hypot(here[at], here[at + pairs])).isCloseTo(1, within(1e-6));
            }
        }
    }
}
