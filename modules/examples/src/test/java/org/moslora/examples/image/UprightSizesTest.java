package org.moslora.examples.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.problems.InvalidInput;

/** Where files say that they lie on their side, which of several places counts, and that size and pixels agree on it. */
class UprightSizesTest {
    private static final String XMP = "http://ns.adobe.com/xap/1.0/\0";

    @TempDir
    Path folder;

    private static byte[] exif(ByteOrder order, int orientation) {
        ByteBuffer block = ByteBuffer.allocate(26).order(order);
        block.put((order == ByteOrder.BIG_ENDIAN ? "MM" : "II").getBytes(StandardCharsets.ISO_8859_1));
        block.putShort((short) 42).putInt(8).putShort((short) 1);
        block.putShort((short) 274).putShort((short) 3).putInt(1).putShort((short) orientation);
        return block.array();
    }

    /** A segment of a JPEG, which the marker's second byte begins. */
    private static byte[] segment(int marker, String name, byte[] content) {
        byte[] head = name.getBytes(StandardCharsets.ISO_8859_1);
        return ByteBuffer.allocate(4 + head.length + content.length)
                .put((byte) 0xff)
                .put((byte) marker)
                .putShort((short) (2 + head.length + content.length))
                .put(head)
                .put(content)
                .array();
    }

    private static byte[] xmp(String text) {
        return segment(0xe1, XMP, text.getBytes(StandardCharsets.UTF_8));
    }

    /** The picture of 33 x 21 pixels with these segments behind its beginning. */
    private static byte[] jpeg(byte[]... segments) {
        byte[] plain = Goldens.bytes("plain.jpg");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(plain, 0, 2);
        Arrays.stream(segments).forEach(out::writeBytes);
        out.write(plain, 2, plain.length - 2);
        return out.toByteArray();
    }

    private boolean liesOnItsSide(byte[] bytes) throws Exception {
        Path file = Files.write(folder.resolve("picture"), bytes);
        UprightSize told = UprightSize.read(file);
        assertThat(UprightSize.of(PictureDecoder.decode(file))).isEqualTo(told);
        return told.equals(new UprightSize(33, 21));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 255, 65535})
    void bothByteOrdersTellTheSame(int orientation) throws Exception {
        boolean side = orientation >= 5 && orientation <= 8;

        for (ByteOrder order : new ByteOrder[] {ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN}) {
            byte[] file = jpeg(segment(0xe1, "Exif\0\0", exif(order, orientation)));
            assertThat(liesOnItsSide(file)).as("%s", order).isEqualTo(side);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<x tiff:Orientation=\"6\"/>|true",
                "<tiff:Orientation>8</tiff:Orientation>|true",
                "<x tiff:Orientation=\"1\"/>|false",
                "<x tiff:Orientation=\"3\"/>|false",
                "<x Orientation=\"6\"/>|false",
                "<x/>|false"
            })
    void adobesTextTellsItInEitherSpelling(String text, boolean side) throws Exception {
        assertThat(liesOnItsSide(jpeg(xmp(text)))).isEqualTo(side);
    }

    @Test
    void theCamerasWordCountsBeforeAdobes() throws Exception {
        byte[] upright = segment(0xe1, "Exif\0\0", exif(ByteOrder.BIG_ENDIAN, 1));
        byte[] side = segment(0xe1, "Exif\0\0", exif(ByteOrder.BIG_ENDIAN, 8));

        assertThat(liesOnItsSide(jpeg(xmp("tiff:Orientation=\"6\""), upright))).isFalse();
        assertThat(liesOnItsSide(jpeg(xmp("tiff:Orientation=\"1\""), side))).isTrue();
    }

    @Test
    void ofSeveralBlocksTheFirstCounts() throws Exception {
        byte[] first = segment(0xe1, "Exif\0\0", exif(ByteOrder.LITTLE_ENDIAN, 6));
        byte[] second = segment(0xe1, "Exif\0\0", exif(ByteOrder.LITTLE_ENDIAN, 1));

        assertThat(liesOnItsSide(jpeg(first, second))).isTrue();
        assertThat(liesOnItsSide(jpeg(second, first))).isFalse();
    }

    /** Comments and profiles may hold anything, also what looks like the end of a picture, or like another one. */
    @Test
    void whatStandsInOtherSegmentsIsNotRead() throws Exception {
        byte[] tricks = {(byte) 0xff, (byte) 0xd9, (byte) 0xff, (byte) 0xc0, 0, 8, 8, 0, 1, 0, 1, 3};
        byte[] comment = segment(0xfe, "Exif\0\0", exif(ByteOrder.BIG_ENDIAN, 6));

        assertThat(liesOnItsSide(jpeg(segment(0xe2, "ICC_PROFILE\0", tricks), comment)))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 4, 8, 9, 10, 14, 18})
    void aBlockThatIsCutOffTellsNothing(int length) throws Exception {
        byte[] cut = Arrays.copyOf(exif(ByteOrder.BIG_ENDIAN, 6), length);

        assertThat(liesOnItsSide(jpeg(segment(0xe1, "Exif\0\0", cut)))).isFalse();
    }

    @Test
    void aRingOfDirectoriesEnds() throws Exception {
        ByteBuffer ring = ByteBuffer.allocate(30);
        ring.put(exif(ByteOrder.BIG_ENDIAN, 6)).putInt(22, 8);
        ring.putShort(8, (short) 1);

        assertThat(liesOnItsSide(jpeg(segment(0xe1, "Exif\0\0", ring.array())))).isTrue();
    }

    @Test
    void aPngTellsItInItsOwnChunkOrInImageMagicksText() throws Exception {
        byte[] block = exif(ByteOrder.LITTLE_ENDIAN, 6);
        String hexadecimal = java.util.HexFormat.of().formatHex(block);
        byte[] raw = ("Raw profile type exif\0\nexif\n      26\n" + hexadecimal + "\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        byte[] broken = "Raw profile type exif\0\nexif\n      26\nzz\n".getBytes(StandardCharsets.ISO_8859_1);

        assertThat(liesOnItsSide(png(PngParts.chunk("eXIf", block)))).isTrue();
        assertThat(liesOnItsSide(png(PngParts.chunk("tEXt", raw)))).isTrue();
        assertThat(liesOnItsSide(png(PngParts.chunk("tEXt", broken)))).isFalse();
        assertThat(liesOnItsSide(
                        png(PngParts.chunk("tEXt", raw), PngParts.chunk("eXIf", exif(ByteOrder.BIG_ENDIAN, 1)))))
                .isFalse();
    }

    private static byte[] png(byte[]... chunks) {
        return new PngParts(33, 21, 8, PngParts.GRAY).file(false, (x, y, channel) -> x + 5 * y, chunks);
    }

    @Test
    void whatIsMissingOrNoPictureHasNoSize() throws Exception {
        assertThatThrownBy(() -> UprightSize.read(folder.resolve("none.jpg")))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("none.jpg: does not exist");
        Path text = Files.writeString(folder.resolve("page.jpg"), "<!doctype html><html></html>");
        assertThatThrownBy(() -> UprightSize.read(text)).hasMessageContaining("page.jpg: is an HTML page");
    }

    /** The eight are the symmetries of a square: one after another is one of them, and each can be undone. */
    @Test
    void turnsOfAPictureAreAGroup() {
        Picture picture = Goldens.made(3, 3);
        List<String> turned = IntStream.rangeClosed(1, 8)
                .mapToObj(o -> Goldens.sha256(Orientation.upright(picture, o).rgb()))
                .toList();
        assertThat(turned).doesNotHaveDuplicates();
        for (int first = 1; first <= 8; first++) {
            for (int second = 1; second <= 8; second++) {
                byte[] both = Orientation.upright(Orientation.upright(picture, first), second)
                        .rgb();
                assertThat(turned).as("%d then %d", first, second).contains(Goldens.sha256(both));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2", "3, 3", "4, 4", "5, 5", "6, 8", "7, 7", "8, 6"})
    void eachTurnIsUndoneByItselfOrByTheOtherWayRound(int orientation, int back) {
        Picture picture = Goldens.made(5, 3);

        Picture again = Orientation.upright(Orientation.upright(picture, orientation), back);

        assertThat(again.width()).isEqualTo(5);
        assertThat(again.rgb()).isEqualTo(picture.rgb());
    }
}
