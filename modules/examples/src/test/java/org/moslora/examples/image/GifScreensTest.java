package org.moslora.examples.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.moslora.problems.InvalidInput;

/** First frames of GIF files written by hand, and where they lie on their screens. */
class GifScreensTest {
    private static final int STEP = 7;

    @TempDir
    Path folder;

    /** Of each pixel the index that its red tells. */
    private static int[] indices(byte[] file, int step) {
        Picture picture = PictureDecoder.decode("made.gif", file);
        int[] indices = new int[picture.width() * picture.height()];
        for (int i = 0; i < indices.length; i++) {
            indices[i] = (picture.rgb()[3 * i] & 0xff) / (3 * step);
            assertThat(picture.rgb()[3 * i + 1]).isEqualTo((byte) ((3 * indices[i] + 1) * step));
            assertThat(picture.rgb()[3 * i + 2]).isEqualTo((byte) ((3 * indices[i] + 2) * step));
        }
        return indices;
    }

    @Test
    void aFrameLiesWhereItSays() {
        byte[] file = new GifParts(4, 3, STEP).frame(1, 1, 2, 0, 5, 6, 7, 1).file();

        assertThat(indices(file, STEP)).containsExactly(0, 0, 0, 0, 0, 5, 6, 0, 0, 7, 1, 0);
    }

    @Test
    void aroundItIsWhatStandsForNoColour() {
        byte[] file =
                new GifParts(3, 2, STEP).transparent(4).frame(1, 0, 1, 0, 2, 3).file();

        assertThat(indices(file, STEP)).containsExactly(4, 2, 4, 4, 3, 4);
    }

    @Test
    void whatStandsForNoColourIsSaidOfTheNextFrameOnly() {
        byte[] file = new GifParts(2, 1, STEP)
                .frame(0, 0, 1, 0, 2)
                .transparent(4)
                .frame(0, 0, 1, 0, 3)
                .file();

        assertThat(indices(file, STEP)).containsExactly(2, 0);
    }

    @Test
    void aFramesOwnPaletteCountsBeforeTheScreens() {
        byte[] file = new GifParts(2, 2, STEP).frame(0, 0, 2, 9, 1, 2, 3, 0).file();

        assertThat(indices(file, 9)).containsExactly(1, 2, 3, 0);
    }

    @Test
    void withoutAnyPaletteAnIndexIsItsGray() {
        byte[] file = new GifParts(2, 1, 0).frame(0, 0, 2, 0, 3, 7).file();

        assertThat(PictureDecoder.decode("gray.gif", file).rgb()).containsExactly(3, 3, 3, 7, 7, 7);
    }

    @Test
    void laterFramesAndCommentsAreCountedAndNotShown() {
        GifParts parts = new GifParts(2, 1, STEP).comment("made by hand").frame(0, 0, 2, 0, 1, 2);
        Picture picture = PictureDecoder.decode(
                "three.gif",
                parts.comment("!,;")
                        .frame(0, 0, 2, 0, 6, 6)
                        .frame(1, 0, 1, 0, 5)
                        .file());

        assertThat(picture.notes()).containsExactly("first of 3 frames");
        assertThat(picture.rgb()[0]).isEqualTo((byte) (3 * STEP));
    }

    /** Screens of width and height, frames from left and top that are two pixels wide and one high. */
    static Stream<Arguments> frames() {
        return Stream.of(
                Arguments.of(4, 3, 1, 1, 4, 3),
                Arguments.of(1, 1, 0, 0, 2, 1),
                Arguments.of(2, 1, 5, 0, 7, 1),
                Arguments.of(2, 1, 0, 6, 2, 7),
                Arguments.of(0, 0, 3, 2, 5, 3));
    }

    /** Pillow widens the screen, and whoever counts a picture's tokens by its header must find the same size. */
    @ParameterizedTest(name = "a frame at {2}, {3} of a screen of {0} x {1}")
    @MethodSource("frames")
    void aFrameThatSticksOutWidensTheScreen(int width, int height, int left, int top, int wide, int high)
            throws Exception {
        byte[] bytes =
                new GifParts(width, height, STEP).frame(left, top, 2, 0, 3, 6).file();
        Path file = Files.write(folder.resolve("wide.gif"), bytes);

        Picture picture = PictureDecoder.decode(file);

        assertThat(UprightSize.of(picture)).isEqualTo(new UprightSize(high, wide));
        assertThat(UprightSize.read(file)).isEqualTo(new UprightSize(high, wide));
        assertThat(indices(bytes, STEP)).contains(3, 6).hasSize(wide * high);
    }

    /** A frame far outside of a small screen is as large a picture as one that is large throughout. */
    @Test
    void aFrameThatWouldWidenItBeyondMeasureIsRefused() {
        byte[] file = new GifParts(2, 2, STEP).frame(60_000, 60_000, 1, 0, 1).file();

        assertThatThrownBy(() -> PictureDecoder.decode("far.gif", file))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("far.gif: has 60001 x 60001 = 3,600,120,001 pixels");
    }

    @Test
    void aFileThatEndsInItsFirstFrameIsRefusedAndOneInItsSecondRead() {
        byte[] whole = new GifParts(2, 1, STEP)
                .frame(0, 0, 2, 0, 1, 2)
                .frame(0, 0, 2, 0, 3, 4)
                .file();
        int one = new GifParts(2, 1, STEP).frame(0, 0, 2, 0, 1, 2).file().length - 1;

        for (int length = 0; length < one; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> PictureDecoder.decode("cut.gif", cut))
                    .as("%d bytes", length)
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageContaining("cut.gif: is ");
        }
        assertThat(indices(Arrays.copyOf(whole, one + 3), STEP)).containsExactly(1, 2);
    }
}
