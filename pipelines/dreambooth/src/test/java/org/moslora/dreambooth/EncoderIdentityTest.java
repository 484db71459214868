package org.moslora.dreambooth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.datasets.tiny.TinyDiffusion;
import org.moslora.generation.image.ImageModel;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.layers.Precision;
import org.moslora.tensors.HalfFloats;
import org.moslora.tensors.SafetensorsFile;
import org.moslora.tensors.SafetensorsWriter;
import org.moslora.tensors.TensorData;
import org.moslora.tensors.WeightSource;
import org.moslora.testing.Trees;

/** What was encoded is used again as long as the encoders are the same, and not a moment longer. */
class EncoderIdentityTest {
    @TempDir
    Path folder;

    private Path model = Path.of("");

    @BeforeEach
    void write() {
        Engine.start(1);
        model = TinyDiffusion.first(folder.resolve("tiny"), 4, 1).model();
    }

    /** The identity of the autoencoder, then that of what reads texts. */
    private static List<String> identities(Path path, Compute compute) {
        try (ImageModel opened = ImageModel.open(path, null, null, line -> {})) {
            return List.of(
                    EncoderIdentity.autoencoder(opened.files(), compute),
                    EncoderIdentity.texts(opened.files(), compute));
        }
    }

    @Test
    void aCopyIsTheSameAndAnotherNumberFormatIsNot() {
        List<String> here = identities(model, Compute.cpu());
        assertThat(identities(model, Compute.cpu())).isEqualTo(here);
        assertThat(identities(Trees.copy(model, folder.resolve("copy")), Compute.cpu()))
                .isEqualTo(here);
        assertThat(identities(model, new Compute(Compute.cpu().device(), Precision.BF16)))
                .doesNotContainAnyElementsOf(here);
        assertThat(here.get(0)).isNotEqualTo(here.get(1));
    }

    @ParameterizedTest
    @CsvSource({
        "vae/diffusion_pytorch_model.safetensors, true, false",
        "text_encoder/model.safetensors, false, true",
        "unet/diffusion_pytorch_model.safetensors, false, false"
    })
    void otherWeightsAreOthersOfTheirComponentAlone(String file, boolean pictures, boolean texts) {
        List<String> before = identities(model, Compute.cpu());
        doubleAll(model.resolve(file));
        List<String> after = identities(model, Compute.cpu());
        assertThat(!after.get(0).equals(before.get(0))).as("of pictures").isEqualTo(pictures);
        assertThat(!after.get(1).equals(before.get(1))).as("of texts").isEqualTo(texts);
    }

    @Test
    void anotherTokenizerGivesOtherTexts() throws IOException {
        List<String> before = identities(model, Compute.cpu());
        Files.writeString(model.resolve("tokenizer/added_tokens.json"), "{}");
        List<String> after = identities(model, Compute.cpu());
        assertThat(after.get(0)).isEqualTo(before.get(0));
        assertThat(after.get(1)).isNotEqualTo(before.get(1));
        Files.delete(model.resolve("tokenizer/added_tokens.json"));
        assertThat(identities(model, Compute.cpu())).isEqualTo(before);
    }

    @Test
    void whatIsNeitherWeightsNorASettingDoesNotMatter() throws IOException {
        List<String> before = identities(model, Compute.cpu());
        Files.writeString(model.resolve("tokenizer/notes.md"), "hello");
        Files.writeString(model.resolve("README.txt"), "hello");
        assertThat(identities(model, Compute.cpu())).isEqualTo(before);
    }

    @Test
    void anotherScaleOfLatentsIsAnotherAutoencoder() throws IOException {
        List<String> before = identities(model, Compute.cpu());
        Path config = model.resolve("vae/config.json");
        String text = Files.readString(config);
        Files.writeString(config, text.replaceFirst("\\{", "{\"shift_factor\": 0.125, "));
        List<String> after = identities(model, Compute.cpu());
        assertThat(after.get(0)).isNotEqualTo(before.get(0));
        assertThat(after.get(1)).isEqualTo(before.get(1));
    }

    private static void doubleAll(Path file) {
        List<TensorData> tensors = new ArrayList<>();
        try (WeightSource source = SafetensorsFile.open(file)) {
            for (String name : source.names()) {
                float[] values = HalfFloats.floats(source, name);
                for (int i = 0; i < values.length; i++) {
                    values[i] *= 2;
                }
                tensors.add(TensorData.of(name, source.info(name).shape(), values));
            }
        }
        SafetensorsWriter.write(file, tensors, Map.of("format", "pt"));
    }
}
