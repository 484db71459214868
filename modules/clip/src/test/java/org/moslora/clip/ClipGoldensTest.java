package org.moslora.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.problems.InvalidInput;

/** The tiny CLIP against transformers where texts and pictures are not as one would wish them, and where its folder is not. */
class ClipGoldensTest {
    @TempDir
    private static Path folder;

    private static ClipModel clip;

    @BeforeAll
    static void start() throws URISyntaxException {
        Engine.start(1);
        clip = ClipModel.open(tiny(), Compute.cpu());
    }

    @AfterAll
    static void stop() {
        clip.close();
    }

    private static Path tiny() throws URISyntaxException {
        return Path.of(ClipGoldensTest.class.getResource("tiny").toURI());
    }

    private static float[] numbers(String spaced) {
        String[] parts = spaced.split(" ");
        float[] numbers = new float[parts.length];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = Float.parseFloat(parts[i]);
        }
        return numbers;
    }

    /**
     * {@code CLIPModel.get_text_features} of transformers 5.24 (torch 2.7.1) on what its {@code CLIPTokenizer} makes of the
     * text, padded and cut to ten tokens.
     */
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "\"\", -0.263792 1.800238 1.818529 -1.325923 0.174175 -0.876781",
                "A DOG!, -0.40866 1.517533 0.191629 -0.684596 1.286971 -0.745099",
                "\" dog  and\ta cat \", -0.700666 1.954332 -0.453114 -0.53709 1.217266 -1.036828",
                "\"a cat, a dog and a cat and a dog and a cat and a dog and a cat\","
                        + " -0.1091 1.395267 0.273775 -1.057635 1.070749 -0.87111"
            })
    void textsAreWhereTransformersPutsThem(String text, String wanted) {
        assertThat(clip.texts(List.of(text)).get(0)).containsExactly(numbers(wanted), within(1e-4f));
    }

    /** The picture's pixel (x, y) is (255x/(w−1), 255y/(h−1), (7x + 13y) mod 256), in whole numbers. */
    private static Path picture(int width, int height) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int red = x * 255 / (width - 1);
                int green = y * 255 / (height - 1);
                image.setRGB(x, y, red << 16 | green << 8 | (x * 7 + y * 13) % 256);
            }
        }
        Path file = folder.resolve(width + "x" + height + ".png");
        ImageIO.write(image, "png", file.toFile());
        return file;
    }

    /** {@code CLIPModel.get_image_features} on what its {@code CLIPImageProcessor} makes of the picture, of the same. */
    @ParameterizedTest
    @CsvSource({
        "40, 20, -0.093642 1.712533 1.170619 1.544376 -0.072413 -0.075204",
        "15, 33, -0.447192 2.508645 -0.278722 1.794676 -0.427327 -0.349767",
        "12, 12, -1.593313 1.983437 1.061785 1.047206 -0.44148 -0.321869",
        "9, 64, -1.807814 2.143003 -1.121426 0.485233 -0.829039 0.280901"
    })
    void picturesOfAnyShapeAreWhereTransformersPutsThem(int width, int height, String wanted) throws IOException {
        assertThat(clip.pictures(List.of(picture(width, height))).get(0))
                .containsExactly(numbers(wanted), within(2e-3f));
    }

    /** More than are taken at once, and none. */
    @Test
    void howManyAreAskedForAtOnceDoesNotMatter() throws IOException {
        List<Path> files = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 18; i++) {
            files.add(picture(12 + i % 3, 14));
            texts.add("a dog and a cat ".repeat(i % 3) + "a dog");
        }
        List<float[]> pictures = clip.pictures(files);
        List<float[]> said = clip.texts(texts);
        for (int i : new int[] {0, 15, 16, 17}) {
            assertThat(pictures.get(i))
                    .containsExactly(clip.pictures(files.subList(i, i + 1)).get(0), within(1e-5f));
            assertThat(said.get(i))
                    .containsExactly(clip.texts(texts.subList(i, i + 1)).get(0), within(1e-5f));
        }
        assertThat(pictures).hasSize(18);
        assertThat(clip.pictures(List.of())).isEmpty();
        assertThat(clip.texts(List.of())).isEmpty();
    }

    private Path copy(@TempDir Path to) throws IOException, URISyntaxException {
        try (Stream<Path> files = Files.list(tiny())) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName().toString()));
            }
        }
        return to;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"model_type\": \"clip\" | \"model_type\": [] | model_type",
                "\"model_type\": \"clip\" | \"model_type\": {} | model_type",
                "\"model_type\": \"clip\" | \"model_type\": null | model_type",
                "\"projection_dim\": 6 | \"projection_dim\": \"wide\" | projection_dim",
                "\"projection_dim\": 6 | \"projection_dim\": [6] | projection_dim",
                "\"projection_dim\": 6 | \"projection_dim\": -6 | projection_dim",
                "{ | [] { | config.json",
                "\"vision_config\" | \"another_config\" | vision"
            })
    void aConfigThatIsNoneIsRefusedByName(String part, String other, String named, @TempDir Path to) throws Exception {
        Path config = copy(to).resolve("config.json");
        String text = Files.readString(config);
        int at = text.indexOf(part);
        assertThat(at).isNotNegative();
        // The last of them: sections come before the model's own keys where they are sorted.
        int last = text.lastIndexOf(part);
        String changed = part.equals("{")
                ? other + text.substring(1)
                : text.substring(0, last) + other + text.substring(last + part.length());
        Files.writeString(config, changed);
        assertThatThrownBy(() -> ClipModel.open(to, Compute.cpu()))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining(named);
    }

    @ParameterizedTest
    @CsvSource({"config.json", "model.safetensors", "vocab.json", "merges.txt"})
    void aFileThatIsMissingIsNamed(String file, @TempDir Path to) throws Exception {
        Files.delete(copy(to).resolve(file));
        assertThatThrownBy(() -> ClipModel.open(to, Compute.cpu()))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining(
                        Arrays.asList("vocab.json", "merges.txt").contains(file) ? "token" : file.substring(0, 5));
    }

    @Test
    void aPictureThatIsNoneIsNamed() throws IOException {
        Path text = Files.writeString(folder.resolve("no-picture.png"), "not a picture");
        assertThatThrownBy(() -> clip.pictures(List.of(text)))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("no-picture.png");
    }
}
