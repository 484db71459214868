package org.moslora.dreambooth;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.console.recipe.RecipeBuilder;
import org.moslora.datasets.tiny.TinyDiffusion;
import org.moslora.training.RunEstimate;
import org.moslora.training.StepReport;
import org.moslora.training.TrainingListener;

class DreamBoothMemoryTest {
    /** Java and libtorch, before there is a model. */
    private static final long OWN = 300_000_000;

    @TempDir
    static Path folder;

    private static TinyDiffusion tiny;

    @BeforeAll
    static void make() {
        tiny = TinyDiffusion.first(folder, 2, 2);
    }

    /** What a check says and how much it estimates. */
    private static final class Heard implements TrainingListener {
        private final List<String> told = new ArrayList<>();
        private final List<RunEstimate> estimates = new ArrayList<>();

        @Override
        public void stepped(StepReport report) {}

        @Override
        public void estimated(RunEstimate estimate) {
            estimates.add(estimate);
        }

        @Override
        public void tell(String line) {
            told.add(line);
        }
    }

    private static Heard check(int batch, int resolution) {
        return check(recipe(batch, resolution).build());
    }

    private static Heard check(DreamBoothRecipe recipe) {
        Heard heard = new Heard();
        DreamBoothCheck.run(recipe, false, null, heard);
        return heard;
    }

    private static RecipeBuilder<DreamBoothRecipe> recipe(int batch, int resolution) {
        return DreamBoothRecipe.builder()
                .set("model", tiny.model())
                .set("output", folder.resolve("run"))
                .set("instance.images", folder.resolve("pictures"))
                .set("instance.prompt", "a circle")
                .set("resolution", resolution)
                .set("training.batch_size", batch)
                .set("training.max_steps", 1);
    }

    private static long activations(int batch, int resolution) {
        return check(batch, resolution).estimates.get(0).activations() - OWN;
    }

    @Test
    void aCheckSaysWhatMemoryATrainingTakes() {
        assertThat(check(1, 16).told).anyMatch(line -> line.matches("memory: about .* while it learns \\(weights .*"));
    }

    @Test
    void whatIsOffloadedDoesNotCount() {
        long whole = weights(recipe(1, 16).set("training.precision", "bf16"));
        long kept = weights(recipe(1, 16).set("training.precision", "bf16").set("training.weights_keep_gib", 0));
        assertThat(kept).isBetween(whole / 10, whole - whole / 10);
    }

    /** The files hold fp32, which stays mapped however little may be kept. */
    @Test
    void whatIsMappedIsNotOffloaded() {
        assertThat(weights(recipe(1, 16).set("training.weights_keep_gib", 0))).isEqualTo(weights(recipe(1, 16)));
    }

    private static long weights(RecipeBuilder<DreamBoothRecipe> recipe) {
        return check(recipe.build()).estimates.get(0).weights();
    }

    @Test
    void everyPictureOfAStepTakesAsMuchAndPlacesDoNot() {
        long one = activations(1, 16);
        long two = activations(2, 16);
        assertThat(one).isPositive();
        assertThat(activations(4, 16) - two).isBetween(2 * (two - one) - 4, 2 * (two - one) + 4);
        assertThat(activations(1, 32)).isBetween(4 * one - 4, 4 * one + 4);
    }
}
