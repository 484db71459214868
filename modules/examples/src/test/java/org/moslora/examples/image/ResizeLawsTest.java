package org.moslora.examples.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Resampling against Pillow over many shapes, and what holds of it whatever the picture. */
class ResizeLawsTest {
    private static final int MIRRORED = 2;

    static Stream<String[]> hashes() {
        return Goldens.lines("resized-hashes.txt", 6).stream();
    }

    /** Among them are those where one side shrinks by so much that Pillow begins with it, and those just short of it. */
    @ParameterizedTest(name = "{0} x {1} {2} to {3} x {4}")
    @MethodSource("hashes")
    void bytesAreThoseOfPillow(int width, int height, ResizeFilter filter, int wide, int high, String sha256) {
        Picture resized = PillowResize.resize(Goldens.made(width, height), wide, high, filter);

        assertThat(List.of(resized.width(), resized.height())).containsExactly(wide, high);
        assertThat(Goldens.sha256(resized.rgb())).isEqualTo(sha256);
    }

    static Stream<String[]> sizes() {
        return Goldens.lines("smart-sizes.txt", 7).stream();
    }

    @ParameterizedTest(name = "{0} x {1} in {2}, {3} to {4} pixels")
    @MethodSource("sizes")
    void sizesOfTheirOwnResolutionAreTransformers(
            int height, int width, int unit, int least, int most, int high, int wide) {
        List<Double> zero = List.of(0.0, 0.0, 0.0);
        NativePictures pictures =
                NativePictures.of(ResizeFilter.BICUBIC, zero, List.of(1.0, 1.0, 1.0), unit / 2, 2, least, most);

        assertThat(pictures.resized(new UprightSize(height, width))).isEqualTo(new UprightSize(high, wide));
        assertThat(pictures.tokens(new UprightSize(height, width), false)).isEqualTo(high / unit * (wide / unit));
    }

    /** SHA-256 of the little-endian patches of Qwen2VLImageProcessorPil, transformers 5.24.0, the second frame left out. */
    @ParameterizedTest
    @CsvSource({
        "84, 56, 4, 6, 99377334464cfa36d5d0343341c197d03f3620c1c531a09a5054ca5a5eb7b371",
        "100, 75, 6, 8, 736c3b1b8b15508cc0792eaf3366ce6f5d522d530ef1c453bc8465144b12065f",
        "31, 200, 14, 2, 134cafbb63d9b2cd2f4e547d8b5a73adf6b5d85621e5f3688342a2ab5583295a",
        "10, 9, 4, 6, 399e04226894f4f50abdea5389a75c22225dc81b2ecc576176da0810c5e49a11"
    })
    void patchesAreTransformers(int width, int height, int rows, int columns, String sha256) {
        NativePictures pictures = NativePictures.of(
                ResizeFilter.BICUBIC,
                List.of(0.48145466, 0.4578275, 0.40821073),
                List.of(0.26862954, 0.26130258, 0.27577711),
                14,
                2,
                3136,
                1003520);

        PictureInput input = pictures.input(Goldens.made(width, height), true);

        assertThat(List.of(input.height(), input.width())).containsExactly(rows, columns);
        assertThat(Goldens.sha256(Goldens.littleEndian(input.pixels()))).isEqualTo(sha256);
    }

    @ParameterizedTest
    @EnumSource(ResizeFilter.class)
    void oneColourStaysIt(ResizeFilter filter) {
        byte[] rgb = new byte[3 * 37 * 23];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (i % 3 * 100 + 17);
        }
        Picture plain = new Picture(37, 23, rgb);
        for (int[] size : new int[][] {{1, 1}, {5, 61}, {80, 3}, {36, 24}}) {
            byte[] made = PillowResize.resize(plain, size[0], size[1], filter).rgb();
            for (int i = 0; i < made.length; i++) {
                assertThat(made[i]).isEqualTo(rgb[i % 3]);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(ResizeFilter.class)
    void whatIsMirroredIsMirroredResized(ResizeFilter filter) {
        Picture picture = Goldens.made(33, 21);
        for (int[] size : new int[][] {{11, 7}, {16, 40}, {50, 20}}) {
            Picture after = Orientation.upright(PillowResize.resize(picture, size[0], size[1], filter), MIRRORED);
            Picture before = PillowResize.resize(Orientation.upright(picture, MIRRORED), size[0], size[1], filter);

            assertThat(after.rgb()).isEqualTo(before.rgb());
        }
    }

    /** Only a part is computed where only a part is kept, and it is the part of the whole. */
    @ParameterizedTest
    @EnumSource(ResizeFilter.class)
    void aWindowIsCutOutOfTheWhole(ResizeFilter filter) {
        Picture picture = Goldens.made(40, 29);
        byte[] whole = PillowResize.resize(picture, 17, 13, filter).rgb();
        for (int[] part : new int[][] {{0, 0, 17, 13}, {3, 2, 9, 5}, {16, 12, 1, 1}, {0, 5, 17, 1}, {8, 0, 1, 13}}) {
            byte[] window = PillowResize.window(
                    Canvas.bare(picture), 17, 13, filter, new PillowResize.Window(part[0], part[1], part[2], part[3]));
            for (int y = 0; y < part[3]; y++) {
                int from = 3 * ((part[1] + y) * 17 + part[0]);
                assertThat(Arrays.copyOfRange(window, 3 * y * part[2], 3 * (y + 1) * part[2]))
                        .isEqualTo(Arrays.copyOfRange(whole, from, from + 3 * part[2]));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(ResizeFilter.class)
    void theSameSizeIsTheSamePicture(ResizeFilter filter) {
        Picture picture = Goldens.made(9, 5);

        assertThat(PillowResize.resize(picture, 9, 5, filter).rgb()).isEqualTo(picture.rgb());
    }
}
