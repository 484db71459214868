package org.moslora.examples.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.problems.InvalidInput;

/** PNG files written by hand: what each depth, colour type and chunk comes to in red, green and blue. */
class PngFilesTest {
    @TempDir
    Path folder;

    static Stream<Arguments> shapes() {
        int[][] kinds = {
            {0, 1}, {0, 2}, {0, 4}, {0, 8}, {0, 16}, {2, 8}, {2, 16}, {3, 1}, {3, 2}, {3, 4}, {3, 8}, {4, 8}, {4, 16},
            {6, 8}, {6, 16}
        };
        int[][] sizes = {{1, 1}, {1, 9}, {9, 1}, {3, 2}, {8, 8}, {5, 7}, {17, 10}};
        return Arrays.stream(kinds)
                .flatMap(kind -> Arrays.stream(sizes).map(size -> Arguments.of(kind[0], kind[1], size[0], size[1])));
    }

    private static int sample(int x, int y, int channel, int bits) {
        return ((x * 37 + y * 101 + channel * 53 + x * y * 7) * 259) & ((1 << bits) - 1);
    }

    private static byte[] palette(int colours) {
        byte[] entries = new byte[3 * colours];
        for (int i = 0; i < entries.length; i++) {
            entries[i] = (byte) (i * 71 + 5);
        }
        return entries;
    }

    /** What the specification makes of a sample: few bits are spread over 0 to 255, of many the upper eight stay. */
    private static int expected(PngParts png, int x, int y, int channel) {
        int bits = png.bits();
        int own = png.colour() == PngParts.RGB || png.colour() == PngParts.RGB_ALPHA ? channel : 0;
        int value = sample(x, y, own, bits);
        if (png.colour() == PngParts.PALETTE) {
            return palette(1 << bits)[3 * value + channel] & 0xff;
        }
        return bits == 16 ? value >> 8 : value * 255 / ((1 << bits) - 1);
    }

    @ParameterizedTest(name = "colour {0}, {1} bits, {2} x {3}")
    @MethodSource("shapes")
    void everyDepthIsSpreadOverEightBitsInterlacedOrNot(int colour, int bits, int width, int height) {
        PngParts png = new PngParts(width, height, bits, colour);
        byte[] expected = new byte[3 * width * height];
        for (int i = 0; i < expected.length; i++) {
            expected[i] = (byte) expected(png, i / 3 % width, i / 3 / width, i % 3);
        }
        byte[] colours = colour == PngParts.PALETTE ? PngParts.chunk("PLTE", palette(1 << bits)) : new byte[0];

        for (boolean interlaced : new boolean[] {false, true}) {
            byte[] file = png.file(interlaced, (x, y, channel) -> sample(x, y, channel, bits), colours);

            assertThat(PictureDecoder.decode("made", file).rgb())
                    .as("interlaced: %s", interlaced)
                    .isEqualTo(expected);
        }
    }

    private byte[] gray(byte[]... chunks) {
        return new PngParts(4, 3, 8, PngParts.GRAY).file(false, (x, y, channel) -> 60 * x + y, chunks);
    }

    /** Programs write these; none of them changes a picture's numbers here, as in Pillow. */
    @ParameterizedTest
    @ValueSource(strings = {"gAMA", "sRGB", "cHRM", "pHYs", "tIME", "bKGD", "teSt", "vpAg", "acTL", "fcTL", "iCCP"})
    void whatIsBesideThePixelsDoesNotChangeThem(String name) {
        byte[] expected = PictureDecoder.decode("plain", gray()).rgb();
        byte[] damaged = PngParts.chunk(name, new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
        damaged[damaged.length - 1] ^= 1; // not even its checksum

        assertThat(PictureDecoder.decode("more", gray(damaged)).rgb()).isEqualTo(expected);
    }

    @Test
    void pixelsMayComeInManyPieces() {
        byte[] whole = gray();
        PngChunk data = PngChunk.of(whole).get(1);
        ByteBuffer out = ByteBuffer.allocate(whole.length + 12 * data.length());
        out.put(whole, 0, data.at());
        for (int i = 0; i < data.length(); i++) {
            out.put(PngParts.chunk("IDAT", new byte[] {whole[data.from() + i]}));
        }
        out.put(PngParts.chunk("IEND", new byte[0]));

        assertThat(PictureDecoder.decode("pieces", Arrays.copyOf(out.array(), out.position()))
                        .rgb())
                .isEqualTo(PictureDecoder.decode("whole", whole).rgb());
    }

    @ParameterizedTest
    @CsvSource({"IHDR, its size cannot be read", "IDAT, damaged or truncated PNG", "IEND, its IEND chunk is missing"})
    void aMissingPartIsNamed(String missing, String message) {
        byte[] whole = gray();
        PngChunk chunk = PngChunk.of(whole).stream()
                .filter(each -> each.is(missing))
                .findFirst()
                .orElseThrow();
        byte[] without = new byte[whole.length - (chunk.end() - chunk.at())];
        System.arraycopy(whole, 0, without, 0, chunk.at());
        System.arraycopy(whole, chunk.end(), without, chunk.at(), whole.length - chunk.end());

        assertThatThrownBy(() -> PictureDecoder.decode("odd.png", without))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("odd.png: is a")
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource({"0, 3", "4, 0", "-1, 3", "4, -5"})
    void aSizeThatIsNoneIsRefused(int width, int height) {
        byte[] file = gray();
        ByteBuffer.wrap(file).putInt(16, width).putInt(20, height);

        assertThatThrownBy(() -> PictureDecoder.decode("odd.png", file))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("its size cannot be read");
    }

    @Test
    void transparencyOfAPaletteIsItsMask() throws Exception {
        PngParts png = new PngParts(4, 1, 2, PngParts.PALETTE);
        byte[] file = png.file(
                false, (x, y, channel) -> x, PngParts.chunk("PLTE", palette(4)), PngParts.chunk("tRNS", new byte[] {
                    0, (byte) 128
                }));

        assertThat(mask(file)).containsExactly(0, 128, 255, 255);
    }

    @Test
    void theFourthChannelIsTheMask() throws Exception {
        PngParts png = new PngParts(3, 2, 8, PngParts.RGB_ALPHA);
        byte[] file = png.file(true, (x, y, channel) -> channel == 3 ? 10 * x + 100 * y : 7);

        assertThat(mask(file)).containsExactly(0, 10, 20, 100, 110, 120);
    }

    /** One colour of an RGB picture may stand for nothing, whatever else is opaque. */
    @Test
    void oneColourMayStandForNothing() throws Exception {
        PngParts png = new PngParts(3, 1, 8, PngParts.RGB);
        byte[] file = png.file(false, (x, y, channel) -> 9 * x, PngParts.chunk("tRNS", new byte[] {0, 9, 0, 9, 0, 9}));

        assertThat(mask(file)).containsExactly(255, 0, 255);
    }

    /** So may one shade of a gray picture, told in as many bits as its samples have. */
    @ParameterizedTest
    @CsvSource({"1, 1", "2, 1", "4, 9", "8, 200"})
    void oneShadeOfGrayMayStandForNothing(int bits, int shade) throws Exception {
        PngParts png = new PngParts(3, 1, bits, PngParts.GRAY);
        byte[] key = PngParts.chunk("tRNS", new byte[] {0, (byte) shade});
        byte[] file = png.file(true, (x, y, channel) -> x == 1 ? shade : 0, key);

        assertThat(mask(file)).containsExactly(255, 0, 255);
        assertThat(PictureDecoder.decode("gray", file).rgb()[3]).isEqualTo((byte) (shade * 255 / ((1 << bits) - 1)));
    }

    @Test
    void aShadeThatNoSampleHasMasksNothing() throws Exception {
        byte[] outside = gray(PngParts.chunk("tRNS", new byte[] {1, 0}));
        byte[] unused = gray(PngParts.chunk("tRNS", new byte[] {0, 59}));

        assertThat(PictureDecoder.alpha(Files.write(folder.resolve("a.png"), outside)))
                .isNull();
        assertThat(PictureDecoder.alpha(Files.write(folder.resolve("b.png"), unused)))
                .isNull();
    }

    @Test
    void whatIsOpaqueAllOverHasNoMask() throws Exception {
        byte[] opaque = new PngParts(2, 2, 8, PngParts.GRAY_ALPHA).file(false, (x, y, channel) -> 255);

        assertThat(PictureDecoder.alpha(Files.write(folder.resolve("a.png"), opaque)))
                .isNull();
        assertThat(PictureDecoder.alpha(Files.write(folder.resolve("b.png"), gray())))
                .isNull();
        assertThat(PictureDecoder.alpha(Files.write(folder.resolve("c.jpg"), Goldens.bytes("plain.jpg"))))
                .isNull();
        assertThat(PictureDecoder.alpha(Files.write(folder.resolve("d.webp"), Goldens.bytes("three.webp"))))
                .isNull();
    }

    /** Masks turn with their pictures. */
    @Test
    void aMaskStandsUprightAsItsPictureDoes() throws Exception {
        byte[] exif = "MM\0*\0\0\0\u0008\0\u0001\u0001\u0012\0\u0003\0\0\0\u0001\0\u0006\0\0\0\0\0\0"
                .getBytes(StandardCharsets.ISO_8859_1);
        byte[] file = new PngParts(3, 2, 8, PngParts.GRAY_ALPHA)
                .file(false, (x, y, channel) -> 10 * x + 100 * y, PngParts.chunk("eXIf", exif));

        assertThat(mask(file)).containsExactly(100, 0, 110, 10, 120, 20);
        assertThat(PictureDecoder.decode("turned", file).width()).isEqualTo(2);
    }

    /** The mask's values, which stand in all three of its colours. */
    private int[] mask(byte[] file) throws Exception {
        Picture mask = PictureDecoder.alpha(Files.write(folder.resolve("mask.png"), file));
        assertThat(mask).isNotNull();
        int[] values = new int[mask.width() * mask.height()];
        for (int i = 0; i < values.length; i++) {
            values[i] = mask.rgb()[3 * i] & 0xff;
            assertThat(mask.rgb()[3 * i + 1]).isEqualTo(mask.rgb()[3 * i]);
            assertThat(mask.rgb()[3 * i + 2]).isEqualTo(mask.rgb()[3 * i]);
        }
        return values;
    }
}
