package org.moslora.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.HalfFloats;
import org.moslora.tensors.SafetensorsFile;
import org.moslora.tensors.WeightSource;

/** A tiny random CLIP that transformers 5 has written, against what it makes of the same picture and texts. */
class ClipModelTest {
    private static Path resource(String name) {
        try {
            return Path.of(ClipModelTest.class.getResource(name).toURI());
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @BeforeAll
    static void start() {
        Engine.start(1);
    }

    @Test
    void picturesAndTextsAreWhereTransformersPutsThem() {
        try (ClipModel clip = ClipModel.open(resource("tiny"), Compute.cpu());
                WeightSource expected = SafetensorsFile.open(resource("expected.safetensors"))) {
            List<float[]> texts = clip.texts(List.of("a cat and a dog", "dog"));
            float[] wanted = HalfFloats.floats(expected, "texts");
            assertThat(texts.get(0)).containsExactly(part(wanted, 0), within(1e-4f));
            assertThat(texts.get(1)).containsExactly(part(wanted, 1), within(1e-4f));
            List<float[]> pictures = clip.pictures(List.of(resource("tiny/picture.png")));
            assertThat(pictures.get(0)).containsExactly(HalfFloats.floats(expected, "picture"), within(1e-4f));
        }
    }

    private static float[] part(float[] all, int index) {
        return Arrays.copyOfRange(all, index * all.length / 2, (index + 1) * all.length / 2);
    }

    @Test
    void anotherModelsFolderIsRefused(@TempDir Path folder) throws IOException {
        try (Stream<Path> files = Files.list(resource("tiny"))) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
        Path config = folder.resolve("config.json");
        String text = Files.readString(config);
        Files.writeString(config, text.replace("\"projection_dim\": 6", "\"projection_dim\": 7"));
        assertThatThrownBy(() -> ClipModel.open(folder, Compute.cpu()))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("visual_projection.weight");
        Files.writeString(config, text.replace("\"model_type\": \"clip\"", "\"model_type\": \"siglip\""));
        assertThatThrownBy(() -> ClipModel.open(folder, Compute.cpu()))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("siglip");
    }
}
