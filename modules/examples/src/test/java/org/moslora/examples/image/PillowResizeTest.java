package org.moslora.examples.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.moslora.problems.InvalidInput;

class PillowResizeTest {
    static Stream<String[]> sizes() {
        return Goldens.lines("resized.txt", 6).stream();
    }

    @ParameterizedTest(name = "{0} x {1} {2} to {3} x {4}")
    @MethodSource("sizes")
    void givesTheBytesOfPillow(int width, int height, String filter, int newWidth, int newHeight, String expected) {
        Picture picture = Goldens.made(width, height);

        Picture resized = PillowResize.resize(picture, newWidth, newHeight, ResizeFilter.valueOf(filter));

        assertThat(resized.rgb()).isEqualTo(Base64.getDecoder().decode(expected));
    }

    @Test
    void aSheetAroundThePictureNeedsNoPainting() {
        Picture picture = Goldens.made(9, 5);
        Canvas canvas = Canvas.square(picture, new int[] {122, 116, 104});
        byte[] painted = new byte[3 * 81];
        for (int i = 0; i < painted.length; i++) {
            painted[i] = (byte) canvas.fill()[i % 3];
        }
        System.arraycopy(picture.rgb(), 0, painted, 3 * 9 * 2, 3 * 45);
        PillowResize.Window whole = new PillowResize.Window(0, 0, 4, 4);

        byte[] virtual = PillowResize.window(canvas, 4, 4, ResizeFilter.BICUBIC, whole);

        assertThat(virtual)
                .isEqualTo(PillowResize.resize(new Picture(9, 9, painted), 4, 4, ResizeFilter.BICUBIC)
                        .rgb());
    }

    @Test
    void refusesStripsThatNoMemoryHolds() {
        Picture strip = new Picture(1, 2_000_000, new byte[6_000_000]);

        assertThatThrownBy(() -> ClipPreprocessing.ofSide(336).pixels(strip, ImageAspect.PAD))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("picture of 1 x 2000000: too long a strip");
        assertThat(ClipPreprocessing.ofSide(8).pixels(strip, ImageAspect.CROP)).hasSize(192);
    }
}
