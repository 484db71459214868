package org.moslora.miniature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.console.progress.StopRequest;
import org.moslora.console.progress.Stopped;
import org.moslora.console.recipe.RecipeBuilder;
import org.moslora.console.recipe.Spellings;
import org.moslora.layers.Engine;
import org.moslora.miniature.autoencoder.AutoencoderRecipe;
import org.moslora.problems.NotFinite;
import org.moslora.testing.CutRun;
import org.moslora.training.Checkpoints;
import org.moslora.training.Metrics;
import org.moslora.training.RunFolder;
import org.moslora.training.RunRequest;
import org.moslora.training.recipe.TrainingBlock;

/** The loop over a model of two numbers: what it asks, in which order, what it leaves, and how it goes on. */
class PretrainingTest {
    private static final int STEPS = 6;
    private static final double DECAY = 0.5;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() {
        Engine.start(1);
    }

    private static TrainingBlock training(int steps, int every, int kept) {
        return new RecipeBuilder<>(AutoencoderRecipe.class, Spellings.none())
                .set("pipeline", "miniature-autoencoder")
                .set("output", "nowhere")
                .set("training.max_steps", steps)
                .set("training.learning_rate", 0.5)
                .set("training.schedule", "constant")
                .set("training.checkpoint_every", every)
                .set("training.keep_checkpoints", kept)
                .build()
                .training();
    }

    private void train(DialStage stage, String run, double average, boolean resumes) {
        train(stage, run, average, resumes, training(STEPS, 1, 100));
    }

    private void train(DialStage stage, String run, double average, boolean resumes, TrainingBlock training) {
        Path output = folder.resolve(run);
        @Nullable Path resume = resumes ? output : null;
        Pretraining.run(
                stage,
                new PretrainingSettings(output, training, average, 2, "pipeline: dials\n"),
                new RunRequest(null, List.of(), folder, resume, 1, true));
    }

    private RunFolder whole(double average) {
        try (DialStage stage = new DialStage()) {
            train(stage, "whole", average, false);
        }
        return new RunFolder(folder.resolve("whole"));
    }

    private static String result(RunFolder run) throws java.io.IOException {
        return Files.readString(run.model().resolve("dials.txt"));
    }

    private static List<Double> losses(RunFolder run) {
        return Metrics.rows(run.metrics()).stream()
                .map(row -> row.get("loss").getAsDouble())
                .toList();
    }

    @Test
    void stepsAreAskedInOrderAndTheLossFalls() {
        RunFolder run = new RunFolder(folder.resolve("falls"));
        try (DialStage stage = new DialStage()) {
            train(stage, "falls", 0, false);
            assertThat(stage.learnt).containsExactly(1, 2, 3, 4, 5, 6);
        }
        assertThat(losses(run)).hasSize(STEPS).isSortedAccordingTo((a, b) -> Double.compare(b, a));
        assertThat(losses(run).get(0)).isEqualTo(5.0);
    }

    /** AdamW's first update is the rate itself, whatever the gradient's size. */
    @Test
    void theFirstUpdateIsTheRate() {
        try (DialStage stage = new DialStage()) {
            train(stage, "one", 0, false, training(1, 1, 1));
            assertThat(stage.values()).containsExactly(new float[] {0.5f, -0.5f}, within(1e-6f));
        }
    }

    @Test
    void aModelIsLookedAtEverySoOftenAndOnceWhenItIsDone() {
        try (DialStage stage = new DialStage()) {
            stage.during = step -> assertThat(stage.examined).hasSize((step - 1) / 2);
            train(stage, "looked", 0, false);
            assertThat(stage.examined).hasSize(3);
            assertThat(stage.examined.get(2)).isEqualTo(stage.values());
        }
    }

    /** By hand: the average of k steps takes 1 - (1 + k)/(10 + k) of a step's values until the decay is reached. */
    @Test
    void theAverageIsWhatIsWrittenAndExaminedAndTheModelGoesOnFromItsOwn() {
        try (DialStage stage = new DialStage()) {
            train(stage, "averaged", DECAY, false, training(2, 100, 1));
            float first = 0.5f;
            float second = stage.values()[0];
            double wanted = 3.0 / 12 * (2.0 / 11 * 0 + 9.0 / 11 * first) + 9.0 / 12 * second;
            assertThat(second).isGreaterThan(first);
            float[] written = stage.written.get(stage.written.size() - 1);
            assertThat(written[0]).isCloseTo((float) wanted, within(1e-6f));
            assertThat(stage.examined.get(0)).isEqualTo(written);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void aRunThatWasCutAtAnyBoundaryEndsInTheSameBytes(int step) throws java.io.IOException {
        RunFolder whole = whole(DECAY);
        RunFolder cut = CutRun.after(whole, folder.resolve("cut"), step);
        try (DialStage stage = new DialStage()) {
            train(stage, "cut", DECAY, true);
            assertThat(stage.learnt)
                    .isEqualTo(IntStream.rangeClosed(step + 1, STEPS).boxed().toList());
        }
        assertThat(result(cut)).isEqualTo(result(whole));
        assertThat(losses(cut)).isEqualTo(losses(whole));
        assertThat(cut.path().resolve("checkpoints/step-000006/state.safetensors"))
                .hasSameBinaryContentAs(whole.path().resolve("checkpoints/step-000006/state.safetensors"));
    }

    @Test
    void aRunWithoutACheckpointStartsOver() throws java.io.IOException {
        RunFolder whole = whole(0);
        RunFolder cut = CutRun.after(whole, folder.resolve("cut"), 0);
        try (DialStage stage = new DialStage()) {
            train(stage, "cut", 0, true);
            assertThat(stage.learnt).hasSize(STEPS);
        }
        assertThat(losses(cut)).isEqualTo(losses(whole));
        assertThat(result(cut)).isEqualTo(result(whole));
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
    void aStepThatIsNoNumberUpdatesNothing(float slope) {
        RunFolder run = new RunFolder(folder.resolve("broken"));
        try (DialStage stage = new DialStage()) {
            stage.during = step -> stage.slope = step == 3 ? slope : 1;
            assertThatThrownBy(() -> train(stage, "broken", DECAY, false))
                    .isInstanceOf(NotFinite.class)
                    .hasMessageContaining("step 3")
                    .hasMessageContaining("learning_rate");
            assertThat(stage.values()).isEqualTo(stage.written.get(stage.written.size() - 1));
        }
        assertThat(run.model()).doesNotExist();
        assertThat(new Checkpoints(run.checkpoints(), 9).steps()).containsExactly(1, 2);
        assertThat(losses(run)).hasSize(2);
    }

    /** And once it does not, the run goes on where it was. */
    @Test
    void aModelThatCannotBeWrittenIsNotThereAtAll() throws java.io.IOException {
        RunFolder whole = whole(0);
        RunFolder run = new RunFolder(folder.resolve("full"));
        try (DialStage stage = new DialStage()) {
            stage.during = step -> stage.broken = step == 4;
            assertThatThrownBy(() -> train(stage, "full", 0, false))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("no room");
        }
        assertThat(new Checkpoints(run.checkpoints(), 9).steps()).containsExactly(1, 2, 3);
        try (DialStage stage = new DialStage()) {
            train(stage, "full", 0, true);
            assertThat(stage.learnt).containsExactly(4, 5, 6);
        }
        assertThat(result(run)).isEqualTo(result(whole));
    }

    @Test
    void aRunThatIsToldToEndIsInACheckpointOfTheStepItWasAt() throws java.io.IOException {
        RunFolder whole = whole(DECAY);
        RunFolder run = new RunFolder(folder.resolve("stopped"));
        TrainingBlock seldom = training(STEPS, 4, 1);
        try (DialStage stage = new DialStage()) {
            stage.during =
                    step -> assertThat(StopRequest.make(step == 3 ? 15 : 0)).isTrue();
            assertThatThrownBy(() -> train(stage, "stopped", DECAY, false, seldom))
                    .isInstanceOf(Stopped.class)
                    .hasMessageContaining("after step 3 of 6")
                    .hasMessageContaining("stopped");
            assertThat(StopRequest.exitCode(1)).isEqualTo(128 + 15);
        } finally {
            StopRequest.attending(() -> StopRequest.make(0));
        }
        assertThat(new Checkpoints(run.checkpoints(), 1).steps()).containsExactly(3);
        try (DialStage stage = new DialStage()) {
            train(stage, "stopped", DECAY, true, seldom);
            assertThat(stage.learnt).containsExactly(4, 5, 6);
        }
        assertThat(new Checkpoints(run.checkpoints(), 1).steps()).containsExactly(6);
        assertThat(result(run)).isEqualTo(result(whole));
    }

    @Test
    void theLatestCheckpointsStay() {
        try (DialStage stage = new DialStage()) {
            train(stage, "kept", 0, false, training(5, 2, 2));
        }
        assertThat(new Checkpoints(new RunFolder(folder.resolve("kept")).checkpoints(), 2).steps())
                .containsExactly(4, 5);
    }

    @Test
    void aRunFolderTellsWhatWasDone() throws java.io.IOException {
        RunFolder run = whole(0);
        assertThat(run.recipe()).hasContent("pipeline: dials");
        assertThat(run.plot()).isNotEmptyFile();
        assertThat(Files.readString(run.provenance())).contains("\"seed\": 0");
    }

    @Test
    void stepsLeaveNoArrays() {
        try (DialStage few = new DialStage();
                DialStage many = new DialStage()) {
            train(few, "few", DECAY, false, training(1, 1, 1));
            train(many, "many", DECAY, false, training(STEPS, 1, 1));
            assertThat(many.arena.live()).isEqualTo(few.arena.live());
            assertThat(Arrays.equals(many.values(), few.values())).isFalse();
        }
    }
}
