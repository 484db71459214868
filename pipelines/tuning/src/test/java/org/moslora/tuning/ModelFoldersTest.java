package org.moslora.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.datasets.tiny.TinyLlama;
import org.moslora.datasets.tiny.TinyOptions;
import org.moslora.examples.text.ChatTemplate;
import org.moslora.layers.Compute;
import org.moslora.llama.BackboneFolder;
import org.moslora.problems.InvalidInput;
import org.moslora.testing.Trees;
import org.moslora.training.RunFolder;

/** Which kind of model a folder holds, and what is wrong with it and with adapters for it, told together. */
class ModelFoldersTest {
    @TempDir
    static Path folder;

    private static TuningBench text;
    private static TuningBench seeing;

    @BeforeAll
    static void write() {
        text = TuningBench.text(folder.resolve("text"));
        seeing = TuningBench.pictures(folder.resolve("pictures"));
    }

    @Test
    void eitherKindIsKnownByItsConfig() {
        try (BackboneFolder one = ModelFolders.open(text.model());
                BackboneFolder other = ModelFolders.open(seeing.model())) {
            assertThat(one.connector()).isEmpty();
            assertThat(one.family()).isEqualTo("llama");
            assertThat(other.connector()).isNotEmpty();
            assertThat(other.family()).isEqualTo("llava");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"model_type\": \"t5\"}|model_type is \"t5\"",
                "{\"model_type\": 7}|model_type",
                "{|config.json",
                "[]|config.json"
            })
    void whatIsNeitherIsRefusedAndTheKnownOnesNamed(String config, String complaint) throws IOException {
        Path other = Files.createDirectories(folder.resolve("other"));
        Files.writeString(other.resolve("config.json"), config);
        assertThatThrownBy(() -> ModelFolders.open(other))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining(complaint);
        if (config.contains("t5")) {
            assertThatThrownBy(() -> ModelFolders.open(other)).hasMessageContainingAll("llava", "qwen2", "mistral");
        }
    }

    @Test
    void aFolderThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> ModelFolders.open(folder.resolve("nowhere")))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("nowhere");
    }

    @Test
    void modelAndAdapterAreComplainedOfTogether() {
        Path broken = Trees.copy(text.model(), folder.resolve("broken"));
        Trees.delete(broken.resolve("model.safetensors"));
        List<ScaledAdapter> adapters = List.of(new ScaledAdapter(folder.resolve("absent"), 1));
        assertThatThrownBy(() ->
                        LoadedModel.open(broken, adapters, Processor.Choice.open(folder), Compute.cpu(), line -> {}))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContainingAll("safetensors", "absent");
    }

    @Test
    void anAdapterOfAWiderModelIsRefused() {
        RunFolder run = text.train("run", "training.max_steps=1");
        TinyOptions narrow = new TinyOptions(4, 32, 2, 4, 2, false, 64, 3, 4, 28, 14, ChatTemplate.VICUNA_V1, 1, 1);
        Path model = TinyLlama.write(folder.resolve("narrow"), narrow).model();
        List<ScaledAdapter> adapters = List.of(new ScaledAdapter(run.path(), 1));
        assertThatThrownBy(() ->
                        LoadedModel.open(model, adapters, Processor.Choice.open(folder), Compute.cpu(), line -> {}))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContainingAll("q_proj", "64", "32");
    }

    /** Template and aspect are what the adapter was taught with, unless somebody says otherwise. */
    @Test
    void whatAnAdapterWasTaughtWithIsHowItsModelIsAsked() {
        RunFolder run = seeing.train(
                "taught",
                "training.max_steps=1",
                "data={conversations: train.json, images: images, template: mistral, image_aspect: crop}");
        List<ScaledAdapter> adapters = List.of(new ScaledAdapter(run.path(), 0.5));
        List<String> told = new ArrayList<>();
        try (LoadedModel model =
                LoadedModel.open(seeing.model(), adapters, Processor.Choice.open(folder), Compute.cpu(), told::add)) {
            assertThat(model.processor().template().spelling()).isEqualTo("mistral");
            assertThat(model.processor().aspect()).isEqualTo("crop");
        }
        assertThat(told).isEmpty();
        try (LoadedModel model =
                LoadedModel.open(seeing.model(), List.of(), Processor.Choice.open(folder), Compute.cpu(), told::add)) {
            assertThat(model.processor().template().spelling()).isEqualTo("vicuna_v1");
        }
        assertThat(told).hasSize(1);
    }
}
