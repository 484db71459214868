package org.moslora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.adapters.AdapterFormat;
import org.moslora.adapters.form.Truncation;
import org.moslora.datasets.tiny.TinyDiffusion;
import org.moslora.datasets.tiny.TinyLlava;
import org.moslora.datasets.tiny.TinyOptions;
import org.moslora.dreambooth.DreamBoothRecipe;
import org.moslora.examples.image.PictureDecoder;
import org.moslora.generation.batch.BatchSummary;
import org.moslora.models.Inspection;
import org.moslora.models.ModelOnDisk;
import org.moslora.pictures.Option;
import org.moslora.pictures.PngFile;
import org.moslora.problems.InvalidInput;
import org.moslora.training.TrainingListener;
import org.moslora.tuning.Chat;
import org.moslora.visual.VisualRecipe;

/** What a Java program does with a model and an adapter of it, without files of settings and without flags. */
final class FrontDoorTest {
    @TempDir
    Path folder;

    private Path visualRun(TinyLlava tiny) {
        return FineTuning.of(VisualRecipe.builder()
                        .set("model", tiny.model())
                        .set("data.conversations", tiny.train())
                        .set("data.images", tiny.images())
                        .set("data.template", "vicuna_v1")
                        .set("output", folder.resolve("run"))
                        .set("projector.train", false)
                        .set("training.learning_rate", 5e-2)
                        .set("training.max_steps", 4)
                        .build())
                .run(TrainingListener.SILENT)
                .path();
    }

    @Test
    void aLanguageModelAnswersWithAnAdapterAndAsTheMergedModelDoes() {
        TinyLlava tiny = TinyLlava.write(folder, TinyOptions.standard().withPictures(4, 1));
        Path run = visualRun(tiny);
        Path picture = tiny.images().resolve("test-0000.png");
        Path merged = folder.resolve("merged");
        AdapterMerge.into(tiny.model()).with(run).write(merged);
        try (VisionLanguageModel base = VisionLanguageModel.open(tiny.model());
                VisionLanguageModel whole = VisionLanguageModel.open(merged)) {
            String before = base.ask(picture, "Which colour?");
            String after = base.with(run).ask(picture, "Which colour?");
            assertThat(after).isNotEqualTo(before).isEqualTo(whole.ask(picture, "Which colour?"));
            try (Chat chat = base.chat(picture)) {
                assertThat(chat.ask("Which colour?", part -> {})).isEqualTo(after);
                assertThat(chat.ask("And which shape?", part -> {})).isNotNull();
            }
        }
        assertThatThrownBy(() -> AdapterMerge.into(tiny.model()).with(run).write(merged))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("out " + merged)
                .hasMessageContaining("give overwrite");
    }

    @Test
    void anImageGeneratorPaintsOneAsItPaintsMany() throws IOException {
        TinyDiffusion tiny = TinyDiffusion.first(folder, 4, 2);
        Path run = FineTuning.of(DreamBoothRecipe.builder()
                        .set("model", tiny.model())
                        .set("instance.images", tiny.pictures())
                        .set("instance.prompt", "a photo of sks circle")
                        .set("output", folder.resolve("run"))
                        .set("resolution", 16)
                        .set("training.learning_rate", 1e-2)
                        .set("training.max_steps", 2)
                        .build())
                .run(TrainingListener.SILENT)
                .path();
        Path out = folder.resolve("painted");
        try (ImageGenerator generator = ImageGenerator.open(tiny.model()).with(Option.STEPS, 3L)) {
            byte[] before = PngFile.bytes(generator.paint("sks circle", 7));
            byte[] after = PngFile.bytes(generator.with(run).paint("sks circle", 7));
            assertThat(after).isNotEqualTo(before);
            BatchSummary summary =
                    generator.with(Option.SEED, 7L).paint(List.of("sks circle", "a photo of red circle"), out);
            assertThat(summary.painted()).isEqualTo(2);
            assertThat(PngFile.bytes(PictureDecoder.decode(out.resolve("00000-7.png"))))
                    .isEqualTo(after);
            assertThat(generator.paint(List.of("sks circle"), out).there()).isEqualTo(1);
        }
    }

    @Test
    void anAdapterIsWrittenInAnotherFormat() {
        TinyDiffusion tiny = TinyDiffusion.first(folder, 4, 2);
        TinyLlava llava =
                TinyLlava.write(folder.resolve("llava"), TinyOptions.standard().withPictures(4, 1));
        Path run = visualRun(llava);
        Path out = folder.resolve("peft");
        AdapterConversion.of(run).fitting(llava.model()).write(AdapterFormat.PEFT, out);
        AdapterConversion.Converted cut = AdapterConversion.of(run)
                .fitting(llava.model())
                .cut(Truncation.of(2, null))
                .write(AdapterFormat.NATIVE, folder.resolve("cut"));
        assertThat(cut.loss()).isNotNull();
        Path sum = folder.resolve("sum");
        AdapterMerge.into(null).with(run, 0.5).with(run, 0.5).writeAdapter(sum);
        assertThat(sum.resolve("adapter_config.json")).exists();
        assertThat(out.resolve("adapter_model.safetensors")).exists();
        assertThatThrownBy(() -> AdapterConversion.of(run)
                        .fitting(tiny.model())
                        .write(AdapterFormat.PEFT, folder.resolve("misfit")))
                .isInstanceOf(InvalidInput.class);
    }

    @Test
    void aModelOnDiskOfEitherKindSaysWhatItIs() throws IOException {
        TinyDiffusion diffusion = TinyDiffusion.first(folder, 4, 2);
        TinyLlava llava =
                TinyLlava.write(folder.resolve("llava"), TinyOptions.standard().withPictures(4, 1));
        try (ModelOnDisk painter = ModelOnDisk.open(diffusion.model());
                ModelOnDisk asked = ModelOnDisk.open(llava.model())) {
            assertThat(painter.described()).first().asString().contains("Stable Diffusion");
            assertThat(painter.projector()).isEmpty();
            assertThat(asked.described()).first().asString().contains("llava");
            assertThat(asked.projector()).isNotEmpty();
            assertThat(asked.sites())
                    .isNotEmpty()
                    .doesNotContainKeys(painter.sites().keySet().toArray(String[]::new));
            assertThat(Inspection.of(llava.model(), null)).isEqualTo(asked.described());
        }
        Path file = Files.writeString(folder.resolve("one.safetensors"), "");
        assertThatThrownBy(() -> ModelOnDisk.openFolder(file)).hasMessageContaining("is a single file");
        assertThat(ModelOnDisk.sites(null)).isEmpty();
    }
}
