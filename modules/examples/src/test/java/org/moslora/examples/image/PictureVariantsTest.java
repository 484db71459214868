package org.moslora.examples.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Ways in which each format may hold a small picture, read with the bytes and the size that Pillow gives. */
class PictureVariantsTest {
    @TempDir
    Path folder;

    static Stream<String[]> variants() {
        return Goldens.lines("variants.txt", 5).stream();
    }

    private static byte[] file(String base64) {
        return Base64.getDecoder().decode(base64);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("variants")
    void pixelsAreThoseOfPillow(String name, int width, int height, String sha256, String base64) {
        byte[] file = file(base64);
        byte[] before = file.clone();

        Picture picture = PictureDecoder.decode(name, file);

        assertThat(picture.width()).isEqualTo(width);
        assertThat(picture.height()).isEqualTo(height);
        assertThat(Goldens.sha256(picture.rgb())).isEqualTo(sha256);
        assertThat(file).as("the file in memory").isEqualTo(before);
    }

    /** A model that keeps a picture's own size counts its tokens before it decodes it. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("variants")
    void theSizeIsToldWithoutDecoding(String name, int width, int height, String sha256, String base64)
            throws Exception {
        Path file = Files.write(folder.resolve(name), file(base64));

        assertThat(UprightSize.read(file)).isEqualTo(new UprightSize(height, width));
    }

    /** Cameras and chat programs put things behind a picture's end. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("variants")
    void whatStandsBehindAPictureIsNoneOfIt(String name, int width, int height, String sha256, String base64) {
        byte[] file = file(base64);
        byte[] longer = Arrays.copyOf(file, file.length + 64);
        Arrays.fill(longer, file.length, longer.length, (byte) 'x');

        assertThat(Goldens.sha256(PictureDecoder.decode(name, longer).rgb())).isEqualTo(sha256);
    }
}
