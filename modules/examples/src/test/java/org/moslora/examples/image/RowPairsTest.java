package org.moslora.examples.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class RowPairsTest {
    private static final int LENGTH = 40;

    /** Weights of both signs, and sums of both signs beside each other: neither half may lend to or take from the other. */
    @Test
    void sumsOfTwoRowsAreThoseOfEach() {
        Random random = new Random(5);
        for (int round = 0; round < 2000; round++) {
            byte[] source = new byte[2 * LENGTH];
            random.nextBytes(source);
            long[] pairs = new long[LENGTH];
            RowPairs.join(source, 0, LENGTH, pairs);
            int start = random.nextInt(1 << 23) - (1 << 22);
            long together = RowPairs.both(start);
            int upper = start;
            int lower = start;
            for (int i = 0; i < LENGTH; i++) {
                int weight = random.nextInt(1 << 18) - (1 << 17);
                together += pairs[i] * weight;
                upper += (source[i] & 0xff) * weight;
                lower += (source[LENGTH + i] & 0xff) * weight;
            }
            assertThat(RowPairs.upper(together)).isEqualTo(upper);
            assertThat(RowPairs.lower(together)).isEqualTo(lower);
        }
    }
}
