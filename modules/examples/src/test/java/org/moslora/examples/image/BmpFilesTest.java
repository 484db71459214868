package org.moslora.examples.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.problems.InvalidInput;

/** BMP files written by hand, as Windows and scanners have them. */
class BmpFilesTest {
    private static final int HEADER = 54;
    private static final int[] RGB565 = {0xf800, 0x7e0, 0x1f};
    private static final int[] RGB555 = {0x7c00, 0x3e0, 0x1f};

    @TempDir
    Path folder;

    /** A file: what stands between header and pixels are masks or a palette. */
    private static byte[] file(int width, int height, int bits, int compression, int[] before, byte[] pixels) {
        int start = HEADER + 4 * before.length;
        ByteBuffer out = ByteBuffer.allocate(start + pixels.length).order(ByteOrder.LITTLE_ENDIAN);
        out.put((byte) 'B').put((byte) 'M').putInt(out.capacity()).putInt(0).putInt(start);
        out.putInt(40).putInt(width).putInt(height).putShort((short) 1).putShort((short) bits);
        out.putInt(compression).putInt(pixels.length).putInt(0).putInt(0);
        out.putInt(compression == 3 ? 0 : before.length).putInt(0);
        for (int value : before) {
            out.putInt(value);
        }
        return out.put(pixels).array();
    }

    private static byte[] shorts(int... values) {
        ByteBuffer out = ByteBuffer.allocate(2 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        Arrays.stream(values).forEach(value -> out.putShort((short) value));
        return out.array();
    }

    private static int[] decoded(byte[] file) {
        byte[] rgb = PictureDecoder.decode("made.bmp", file).rgb();
        int[] values = new int[rgb.length];
        for (int i = 0; i < rgb.length; i++) {
            values[i] = rgb[i] & 0xff;
        }
        return values;
    }

    /** The values that Pillow 13.0.0 gives for pixels of 16 bits: scaled, so that the largest is white. */
    @ParameterizedTest
    @CsvSource({
        "0xffff, 255, 255, 255",
        "0x0000, 0, 0, 0",
        "0xf800, 255, 0, 0",
        "0x07e0, 0, 255, 0",
        "0x001f, 0, 0, 255",
        "0x0821, 8, 4, 8",
        "0x8410, 131, 129, 131",
        "0x1234, 16, 68, 164"
    })
    void sixteenBitsAreScaledToEight(String pixel, int red, int green, int blue) {
        assertThat(decoded(file(1, 1, 16, 3, RGB565, shorts(Integer.decode(pixel), 0))))
                .containsExactly(red, green, blue);
    }

    @Test
    void fiveBitsOfGreenAreThoseOfTheOlderFiles() {
        int[] masked = decoded(file(2, 1, 16, 3, RGB555, shorts(0x7fff, 0x4210)));
        int[] plain = decoded(file(2, 1, 16, 0, new int[0], shorts(0x7fff, 0x4210)));

        assertThat(masked).containsExactly(255, 255, 255, 131, 131, 131);
        assertThat(plain).isEqualTo(masked);
    }

    /** OS/2's header is shorter: where others tell the depth it has a colour, here one that looks like sixteen. */
    @Test
    void coloursOfTheOldestHeaderAreNotTakenForItsDepth() {
        ByteBuffer out = ByteBuffer.allocate(26 + 8).order(ByteOrder.LITTLE_ENDIAN);
        out.put((byte) 'B').put((byte) 'M').putInt(34).putInt(0).putInt(26);
        out.putInt(12).putShort((short) 2).putShort((short) 1).putShort((short) 1);
        out.putShort((short) 24).put(new byte[] {1, 2, 16, 0, 5, 6, 0, 0});

        assertThat(decoded(out.array())).containsExactly(16, 2, 1, 6, 5, 0);
    }

    /** Whether such a file is gray OpenCV takes from memory that it never filled. */
    @Test
    void filesOfTheOldestHeaderAreTheSameEachTime() {
        ByteBuffer out = ByteBuffer.allocate(26 + 48 + 8).order(ByteOrder.LITTLE_ENDIAN);
        out.put((byte) 'B').put((byte) 'M').putInt(82).putInt(0).putInt(74);
        out.putInt(12).putShort((short) 3).putShort((short) 2).putShort((short) 1);
        out.putShort((short) 4);
        out.put(new byte[] {9, 9, 9, 30, 20, 10, 60, 50, 40}); // blue, green, red of three colours, then black ones
        out.position(74);
        out.put(new byte[] {0x12, 0, 0, 0, 0x21, 0x10, 0, 0});

        for (int i = 0; i < 20; i++) {
            assertThat(decoded(out.array()))
                    .containsExactly(40, 50, 60, 10, 20, 30, 10, 20, 30, 10, 20, 30, 40, 50, 60, 9, 9, 9);
        }
    }

    /** Its palette has three bytes a colour, and its rows are filled up to four bytes as ever. */
    @Test
    void thePaletteOfTheOldestHeaderHasThreeBytesAColour() {
        ByteBuffer out = ByteBuffer.allocate(26 + 6 + 4).order(ByteOrder.LITTLE_ENDIAN);
        out.put((byte) 'B').put((byte) 'M').putInt(36).putInt(0).putInt(32);
        out.putInt(12).putShort((short) 3).putShort((short) 1).putShort((short) 1);
        out.putShort((short) 1).put(new byte[] {9, 8, 7, 30, 20, 10, (byte) 0xa0, 0, 0, 0});

        assertThat(decoded(out.array())).containsExactly(10, 20, 30, 7, 8, 9, 10, 20, 30);
    }

    @Test
    void rowsStandFromTheBottomUpUnlessTheHeightIsNegative() {
        byte[] pixels = {1, 2, 3, 0, 4, 5, 6, 0}; // blue, green, red, and filling up to four bytes

        assertThat(decoded(file(1, 2, 24, 0, new int[0], pixels))).containsExactly(6, 5, 4, 3, 2, 1);
        assertThat(decoded(file(1, -2, 24, 0, new int[0], pixels))).containsExactly(3, 2, 1, 6, 5, 4);
    }

    @Test
    void indicesOfFourBitsAreColoursOfThePalette() {
        int[] palette = {0x102030, 0x405060, 0x708090};

        assertThat(decoded(file(3, 1, 4, 0, palette, new byte[] {0x20, 0x10, 0, 0})))
                .containsExactly(0x70, 0x80, 0x90, 0x10, 0x20, 0x30, 0x40, 0x50, 0x60);
    }

    @Test
    void runsOfOneColourAreUnrolled() {
        int[] palette = new int[256];
        palette[1] = 0x0000ff;
        palette[2] = 0xff0000;
        byte[] runs = {3, 1, 1, 2, 0, 0, 2, 2, 2, 1, 0, 1}; // 1 1 1 2, next row, 2 2 1 1, end

        assertThat(decoded(file(4, 2, 8, 1, palette, runs)))
                .containsExactly(
                        255, 0, 0, 255, 0, 0, 0, 0, 255, 0, 0, 255, // the upper row comes last
                        0, 0, 255, 0, 0, 255, 0, 0, 255, 255, 0, 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, -1, 5, -5})
    void theHeaderTellsTheSizeWhicheverWayUp(int height) throws Exception {
        byte[] pixels = new byte[8 * Math.abs(height)];
        Path file = Files.write(folder.resolve("up.bmp"), file(2, height, 24, 0, new int[0], pixels));

        assertThat(UprightSize.read(file)).isEqualTo(new UprightSize(Math.abs(height), 2));
        assertThat(UprightSize.of(PictureDecoder.decode(file))).isEqualTo(UprightSize.read(file));
    }

    @ParameterizedTest
    @CsvSource({"0, 5", "5, 0", "-4, 4", "100000, 100000", "4, -2147483648", "2147483647, 2"})
    void sizesThatCannotBeAreRefused(int width, int height) {
        byte[] file = file(width, height, 24, 0, new int[0], new byte[64]);

        assertThatThrownBy(() -> PictureDecoder.decode("odd.bmp", file))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("odd.bmp: ");
    }

    @Test
    void aFileWithoutAllOfItsPixelsIsRefused() {
        byte[] whole = file(40, 30, 24, 0, new int[0], new byte[3600]);

        assertThatThrownBy(() -> PictureDecoder.decode("half.bmp", Arrays.copyOf(whole, 1500)))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("half.bmp: is a damaged or truncated BMP");
    }
}
