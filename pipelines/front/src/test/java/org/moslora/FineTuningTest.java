package org.moslora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.console.recipe.RecipeBuilder;
import org.moslora.datasets.tiny.TinyDiffusion;
import org.moslora.datasets.tiny.TinyLlava;
import org.moslora.datasets.tiny.TinyOptions;
import org.moslora.dreambooth.DreamBoothRecipe;
import org.moslora.dreambooth.InstanceBlock;
import org.moslora.problems.InvalidInput;
import org.moslora.training.RunFolder;
import org.moslora.training.RunRequest;
import org.moslora.training.StepReport;
import org.moslora.training.TrainingListener;
import org.moslora.visual.VisualInstructionTuning;
import org.moslora.visual.VisualRecipe;

/** Trainings that a Java program asks for do what a recipe's file does, and tell their listener of it. */
final class FineTuningTest {
    @TempDir
    Path folder;

    /** Everything that a training reports, in one order. */
    private static final class Heard implements TrainingListener {
        private final List<String> events = new ArrayList<>();
        private final List<StepReport> steps = new ArrayList<>();
        private final List<Path> files = new ArrayList<>();

        @Override
        public void started(String what, int done, int total) {
            events.add(what + " " + done + "/" + total);
        }

        @Override
        public void stepped(StepReport report) {
            events.add("step " + report.step());
            steps.add(report);
        }

        @Override
        public void ended() {
            events.add("ended");
        }

        @Override
        public void sampled(int step, Path file) {
            events.add("sampled " + step);
            files.add(file);
        }

        @Override
        public void checkpointed(int step, Path checkpoint) {
            events.add("checkpointed " + step);
            files.add(checkpoint);
        }

        @Override
        public void tell(String line) {
            events.add("told");
        }
    }

    private static RecipeBuilder<VisualRecipe> recipe(TinyLlava tiny, Path output) {
        return VisualRecipe.builder()
                .set("model", tiny.model())
                .set("data.conversations", tiny.train())
                .set("data.images", tiny.images())
                .set("data.template", "vicuna_v1")
                .set("output", output)
                .set("adapter.rank", 2)
                .set("training.learning_rate", 1e-3)
                .set("training.max_steps", 4)
                .set("training.checkpoint_every", 2)
                .set("validation.fraction", 0.25)
                .set("validation.every", 2);
    }

    @Test
    void aRecipeMadeInJavaTrainsAsItsFileDoesAndIsHeard() throws IOException {
        TinyLlava tiny = TinyLlava.write(folder, TinyOptions.standard().withPictures(8, 1));
        Heard heard = new Heard();
        RunFolder made = FineTuning.of(recipe(tiny, folder.resolve("made")).build())
                .threads(1)
                .run(heard);
        Path file = Files.writeString(folder.resolve("recipe.yaml"), Files.readString(made.recipe()));
        RunFolder read = new RunFolder(folder.resolve("read"));
        new VisualInstructionTuning()
                .train(new RunRequest(file, List.of("output=" + read.path()), folder, null, 1, true));
        assertThat(made.adapter().resolve("adapter_model.safetensors"))
                .hasSameBinaryContentAs(read.adapter().resolve("adapter_model.safetensors"));
        assertThat(heard.events)
                .containsSubsequence(
                        "training 0/4",
                        "step 1",
                        "step 2",
                        "sampled 2",
                        "told",
                        "checkpointed 2",
                        "step 3",
                        "step 4",
                        "sampled 4",
                        "checkpointed 4",
                        "ended");
        assertThat(heard.files).hasSize(4).allSatisfy(path -> assertThat(path).exists());
        assertThat(heard.steps).allSatisfy(report -> assertThat(report.loss()).isPositive());
    }

    @Test
    void aRunThatItsListenerEndedGoesOnToTheSameBytes() throws IOException {
        TinyLlava tiny = TinyLlava.write(folder, TinyOptions.standard().withPictures(8, 1));
        RunFolder whole = FineTuning.of(recipe(tiny, folder.resolve("whole")).build())
                .threads(1)
                .run(TrainingListener.SILENT);
        Path cut = folder.resolve("cut");
        FineTuning ended = FineTuning.of(recipe(tiny, cut).build()).threads(1);
        assertThatThrownBy(() -> ended.run(report -> {
                    if (report.step() == 3) {
                        throw new IllegalStateException("enough");
                    }
                }))
                .hasMessage("enough");
        Heard heard = new Heard();
        RunFolder resumed = FineTuning.resume(cut).threads(1).run(heard);
        assertThat(heard.events).contains("training 2/4", "step 3", "step 4").doesNotContain("step 2");
        assertThat(resumed.adapter().resolve("adapter_model.safetensors"))
                .hasSameBinaryContentAs(whole.adapter().resolve("adapter_model.safetensors"));
    }

    @Test
    void whatIsWrongIsToldAtOnceByItsKey() {
        TinyLlava tiny = TinyLlava.write(folder, TinyOptions.standard().withPictures(4, 1));
        RecipeBuilder<VisualRecipe> wrong =
                recipe(tiny, folder.resolve("run")).set("adapter.rnk", 4).set("training.batch_size", 0);
        assertThatThrownBy(wrong::build)
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("adapter.rnk is not a setting")
                .hasMessageContaining("training.batch_size must be at least 1, got 0")
                .hasMessageNotContaining("command line");
        assertThat(folder.resolve("run")).doesNotExist();
    }

    @Test
    void aSubjectIsLearntWithPicturesOfItsClass() {
        TinyDiffusion tiny = TinyDiffusion.first(folder, 4, 2);
        Heard heard = new Heard();
        RunFolder run = FineTuning.of(DreamBoothRecipe.builder()
                        .set("model", tiny.model())
                        .set("instance", new InstanceBlock(tiny.pictures(), "a photo of sks circle", 1))
                        .set("class.images", folder.resolve("class"))
                        .set("class.prompt", "a photo of circle")
                        .set("class.count", 2)
                        .set("output", folder.resolve("run"))
                        .set("resolution", 16)
                        .set("training.max_steps", 2)
                        .set("validation.prompts", List.of("a photo of sks circle, red: round"))
                        .set("validation.samples", 1)
                        .build())
                .run(heard);
        assertThat(run.adapter()).isDirectory();
        assertThat(heard.events)
                .containsSubsequence(
                        "class pictures 0/2",
                        "ended",
                        "training 0/2",
                        "step 1",
                        "step 2",
                        "checkpointed 2",
                        "sampled 2",
                        "ended");
        assertThat(run.samples().resolve("step-000002.png")).exists();
    }
}
