package org.moslora.examples.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.moslora.problems.InvalidInput;

class ClipPreprocessingTest {
    @TempDir
    Path folder;

    static Stream<String[]> cases() {
        return Goldens.lines("preprocessed.txt", 5).stream();
    }

    private ClipPreprocessing read(String json) throws Exception {
        Files.writeString(folder.resolve("preprocessor_config.json"), json);
        return ClipPreprocessing.read(folder);
    }

    @ParameterizedTest(name = "{0} x {1} {2} {4}")
    @MethodSource("cases")
    void givesTheNumbersOfTransformers(int width, int height, String aspect, String sha256, String json)
            throws Exception {
        ClipPreprocessing preprocessing = read(json);

        float[] pixels = preprocessing.pixels(Goldens.made(width, height), ImageAspect.valueOf(aspect));

        assertThat(pixels).hasSize(3 * preprocessing.outputWidth() * preprocessing.outputHeight());
        assertThat(Goldens.sha256(Goldens.littleEndian(pixels))).isEqualTo(sha256);
    }

    @Test
    void whatTheFileLeavesOutIsClips() throws Exception {
        ClipPreprocessing read = read("{\"do_pad\": true, \"do_convert_rgb\": true, \"size\": null}");

        assertThat(read).isEqualTo(ClipPreprocessing.ofSide(224));
        assertThat(read.mean()).isEqualTo(List.of(0.48145466, 0.4578275, 0.40821073));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"resample\": 1}|resample 1 (lanczos) is not supported; known: 2 (bilinear), 3 (bicubic)",
                "{\"size\": {\"longest_edge\": 3}}|size must be a number, {height, width} or {shortest_edge}, got",
                "{\"crop_size\": 0}|crop_size must be a whole number from 1 to 8192, got 0",
                "{\"image_mean\": [1, 2]}|image_mean must be three numbers, got [1,2]",
                "{\"image_std\": [1, 0, 1]}|image_std must not be 0",
                "{\"do_resize\": \"yes\"}|do_resize must be true or false",
                "{\"do_resize\": false, \"do_center_crop\": false}|pictures would keep their own sizes",
                "[]|is not a JSON object",
                "{\"size\":|is not readable JSON"
            })
    void namesWhatItCannotDo(String json, String message) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("preprocessor_config.json: ")
                .hasMessageContaining(message);
    }

    @Test
    void picturesThatWouldKeepTheirShapeAreRefused() throws Exception {
        ClipPreprocessing uncropped = read("{\"size\": 8, \"do_center_crop\": false}");

        assertThat(uncropped.pixels(Goldens.made(9, 5), ImageAspect.PAD)).hasSize(192);
        assertThatThrownBy(() -> uncropped.pixels(Goldens.made(9, 5), ImageAspect.CROP))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("do_center_crop: is false, and pictures of 14 x 8 are left");
    }

    @Test
    void aFileIsNamedInItsErrors() throws Exception {
        Path file = Files.write(folder.resolve("plain.png"), Goldens.bytes("gray.png"));

        assertThat(ClipPreprocessing.ofSide(8).pixels(file, ImageAspect.CROP)).hasSize(192);
        assertThatThrownBy(() -> ClipPreprocessing.ofSide(8).pixels(folder.resolve("none.png"), ImageAspect.CROP))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("none.png: does not exist");
    }

    @Test
    void aMissingFileAndAnUnknownAspectAreNamed() {
        assertThatThrownBy(() -> ClipPreprocessing.read(folder))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("does not exist");
        assertThatThrownBy(() -> ImageAspect.named("data.image_aspect", "padd"))
                .hasMessageContaining("data.image_aspect: no image aspect 'padd' (did you mean pad?)");
    }
}
