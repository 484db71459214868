package org.moslora.examples.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.problems.InvalidInput;

class PictureDecoderTest {
    @TempDir
    Path folder;

    static Stream<String[]> pictures() {
        return Goldens.lines("decoded.txt", 4).stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pictures")
    void givesTheBytesOfPillow(String name, String width, String height, String sha256) {
        Picture picture = PictureDecoder.decode(name, Goldens.bytes(name));

        assertThat(picture.width()).isEqualTo(Integer.parseInt(width));
        assertThat(picture.height()).isEqualTo(Integer.parseInt(height));
        assertThat(Goldens.sha256(picture.rgb())).isEqualTo(sha256);
    }

    /** One letter of damage that made OpenCV write beyond its canvas: two hundred times, for not every write is fatal. */
    @Test
    void readsAnAnimationThatLostItsFirstFrame() {
        byte[] animation = Goldens.bytes("three.png");
        byte[] damaged = animation.clone();
        assertThat(new String(damaged, 57, 4, StandardCharsets.ISO_8859_1)).isEqualTo("fcTL");
        damaged[60] = 'a';

        byte[] expected = PictureDecoder.decode("animation", animation).rgb();
        for (int i = 0; i < 200; i++) {
            assertThat(PictureDecoder.decode("damaged", damaged).rgb()).isEqualTo(expected);
        }
    }

    /** Where the first pixel of a picture of 3 x 2 lands, and its size, for every orientation. */
    @ParameterizedTest
    @CsvSource({"1,3,0", "2,3,2", "3,3,5", "4,3,3", "5,2,0", "6,2,1", "7,2,5", "8,2,4"})
    void appliesEveryOrientation(int orientation, int width, int first) {
        Picture picture = new Picture(3, 2, new byte[] {1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});

        Picture upright = Orientation.upright(picture, orientation);

        assertThat(upright.width()).isEqualTo(width);
        assertThat(upright.rgb()[3 * first]).isEqualTo((byte) 1);
    }

    @ParameterizedTest
    @CsvSource({"2", "3", "4", "5", "6", "7", "8"})
    void readsTheOrientationOfExif(int orientation) {
        byte[] plain = Goldens.bytes("plain.jpg");
        Picture expected = Orientation.upright(PictureDecoder.decode("plain", plain), orientation);

        Picture picture = PictureDecoder.decode("turned", withOrientation(plain, orientation));

        assertThat(picture.rgb()).isEqualTo(expected.rgb());
        assertThat(picture.width()).isEqualTo(expected.width());
    }

    private static byte[] withOrientation(byte[] jpeg, int orientation) {
        ByteBuffer exif = ByteBuffer.allocate(36);
        exif.putShort((short) 0xffe1).putShort((short) 34).put("Exif\0\0MM\0*".getBytes(StandardCharsets.ISO_8859_1));
        exif.putInt(8)
                .putShort((short) 1)
                .putShort((short) 274)
                .putShort((short) 3)
                .putInt(1);
        exif.putShort((short) orientation);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(jpeg, 0, 2);
        out.writeBytes(exif.array());
        out.write(jpeg, 2, jpeg.length - 2);
        return out.toByteArray();
    }

    @ParameterizedTest
    @CsvSource({
        "three.gif, first of 3 frames",
        "three.png, first of 3 frames",
        "three.webp, first of 3 frames",
        "three.tif, first of 3 pages",
        "deep.png, 16 bits a channel reduced to 8",
        "alpha.png, alpha channel dropped",
        "inks.jpg, four inks (CMYK) converted to RGB"
    })
    void saysWhatTheReaderShouldKnow(String name, String note) {
        assertThat(PictureDecoder.decode(name, Goldens.bytes(name)).notes()).contains(note);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain.jpg",
                "progressive.jpg",
                "inks.jpg",
                "palette.png",
                "gray-alpha.png",
                "deep.png",
                "three.gif",
                "lossy.webp",
                "alpha.webp",
                "plain.bmp",
                "plain.tif"
            })
    void refusesTruncatedFiles(String name) {
        byte[] whole = Goldens.bytes(name);
        for (int part : new int[] {1, 4, 6, 9}) {
            byte[] cut = Arrays.copyOf(whole, whole.length * part / (name.equals("three.gif") ? 40 : 10));

            assertThatThrownBy(() -> PictureDecoder.decode(name, cut))
                    .as("%d tenths", part)
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageContaining(name + ": is a");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'<!DOCTYPE html><html>not found</html>', an HTML page",
        "'<?xml version=\"1.0\"?><svg/>', an SVG drawing",
        "'    ftypheic', an HEIC picture",
        "'    ftypavif', an AVIF picture",
        "'    ftypisom', a video",
        "'%PDF-1.7', a PDF document",
        "'version https://git-lfs.github.com/spec/v1', git lfs pull",
        "'just words', of no known picture kind"
    })
    void namesWhatIsNoPicture(String content, String kind) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> PictureDecoder.decode("odd.jpg", bytes))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("odd.jpg: is " + (kind.startsWith("git") ? "a Git LFS pointer" : kind))
                .hasMessageContaining("readable are JPEG, PNG");
    }

    @Test
    void namesEmptyAndMissingFiles() throws Exception {
        Path empty = Files.createFile(folder.resolve("empty.png"));

        assertThatThrownBy(() -> PictureDecoder.decode(empty)).hasMessageContaining("empty.png: is empty: 0 bytes");
        assertThatThrownBy(() -> PictureDecoder.decode(folder.resolve("none.png")))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("none.png: does not exist");
        assertThatThrownBy(() -> PictureDecoder.decode(folder)).isInstanceOf(InvalidInput.class);
    }

    @Test
    void refusesBombsByTheirHeader() throws Exception {
        byte[] bomb = Goldens.bytes("gray.png");
        ByteBuffer.wrap(bomb).putInt(16, 20_000).putInt(20, 20_000);
        Path file = Files.write(folder.resolve("bomb.png"), bomb);

        for (var reading : List.<org.assertj.core.api.ThrowableAssert.ThrowingCallable>of(
                () -> PictureDecoder.decode(file), () -> PictureHeader.read(file))) {
            assertThatThrownBy(reading)
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageContaining("20000 x 20000 = 400,000,000 pixels by its header")
                    .hasMessageContaining("178,956,970");
        }
    }

    @Test
    void readsTheHeaderOfEveryKind() throws Exception {
        for (String name : List.of(
                "plain.jpg",
                "gray.png",
                "three.gif",
                "plain.bmp",
                "plain.tif",
                "lossy.webp",
                "alpha.webp",
                "turned.webp")) {
            PictureHeader header = PictureHeader.read(Files.write(folder.resolve(name), Goldens.bytes(name)));

            assertThat(header.width()).as(name).isEqualTo(33);
            assertThat(header.height()).as(name).isEqualTo(21);
        }
    }
}
