package org.moslora.examples.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.problems.InvalidInput;

class NativePicturesTest {
    private static NativePictures pictures(int most) {
        return NativePictures.of(
                ResizeFilter.BICUBIC, List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0), 14, 2, 3136, most);
    }

    /** What Python's own rounding, to even, makes of sides; the fourth column is the largest allowed. */
    @ParameterizedTest
    @CsvSource({
        "70, 98, 1003520, 56, 112",
        "13, 301, 1003520, 28, 280",
        "4000, 3000, 1003520, 1148, 840",
        "5, 5, 1003520, 56, 56",
        "3, 600, 1003520, 28, 812",
        "190, 230, 29500, 140, 168",
        "14, 42, 1003520, 56, 112"
    })
    void sidesAreTransformers(int height, int width, int most, int high, int wide) {
        NativePictures pictures = pictures(most);
        assertThat(pictures.resized(new UprightSize(height, width))).isEqualTo(new UprightSize(high, wide));
        assertThat(pictures.tokens(new UprightSize(height, width), true)).isEqualTo(high / 28 * wide / 28);
    }

    @Test
    void limitsMayBeSetAndAreWrittenDown() {
        PicturePreparation small = pictures(1003520).within(new PixelLimits(0, 29500));
        assertThat(small.tokens(new UprightSize(190, 230), true)).isEqualTo(30);
        assertThat(PixelLimits.named("x", "3136-29500")).isEqualTo(small.limits());
        assertThatThrownBy(() -> pictures(1003520).within(new PixelLimits(0, 3000)))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("at least 3136 pixels, at most 3000");
        SquarePictures square = new SquarePictures(ClipPreprocessing.ofSide(28), ImageAspect.PAD, 4);
        assertThat(square.within(PixelLimits.NONE)).isSameAs(square);
        assertThatThrownBy(() -> square.within(new PixelLimits(1, 0))).hasMessageContaining("their own resolution");
        assertThatThrownBy(() -> PixelLimits.named("x", "12")).hasMessageContaining("'12' is no pair");
    }

    @Test
    void aSliverIsRefused() {
        assertThatThrownBy(() -> pictures(1003520).resized(new UprightSize(3, 603)))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("603 x 3 pixels are too narrow");
    }

    /** A picture whose bytes tell where they are: 84 x 56 pixels are 6 x 4 patches, 3 x 2 tokens. */
    @Test
    void patchesOfOneTokenLieTogether() {
        byte[] rgb = new byte[3 * 84 * 56];
        for (int i = 0; i < 84 * 56; i++) {
            rgb[3 * i] = (byte) (i / 84 / 14);
            rgb[3 * i + 1] = (byte) (i % 84 / 14);
            rgb[3 * i + 2] = (byte) (i % 84 % 14);
        }
        PictureInput input = pictures(1003520).input(new Picture(84, 56, rgb), true);
        assertThat(List.of(input.height(), input.width(), input.tokens())).containsExactly(4, 6, 6);
        int[][] places = {{0, 0}, {0, 1}, {1, 0}, {1, 1}, {0, 2}, {0, 3}, {1, 2}, {1, 3}, {0, 4}};
        for (int i = 0; i < places.length; i++) {
            int at = i * 3 * 196;
            assertThat(input.pixels()[at]).isEqualTo((float) (places[i][0] / 255.0));
            assertThat(input.pixels()[at + 196]).isEqualTo((float) (places[i][1] / 255.0));
            assertThat(input.pixels()[at + 2 * 196 + 14 + 5]).isEqualTo((float) (5 / 255.0));
        }
    }
}
