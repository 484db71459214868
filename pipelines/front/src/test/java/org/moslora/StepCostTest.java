package org.moslora;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.dreambooth.DreamBooth;
import org.moslora.generation.image.DenoiserQuestion;
import org.moslora.generation.image.ImageModel;
import org.moslora.generation.image.LatentShape;
import org.moslora.generation.image.LoadedTexts;
import org.moslora.generation.image.PromptEmbedding;
import org.moslora.generation.image.StepCost;
import org.moslora.generation.image.TextReading;
import org.moslora.generation.image.TextStates;
import org.moslora.generation.image.TrainableDenoiser;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.layers.Linears;
import org.moslora.start.StartingRecipe;
import org.moslora.training.RunRequest;
import org.moslora.training.StepReport;
import org.moslora.training.TrainingListener;

/** What is said before a transformer is trained: how much memory it takes, and which recipe to begin with. */
final class StepCostTest {
    private static final int SIDE = 32;
    private static final int WORDS = 12;

    @TempDir
    private Path folder;

    private static Path resource(String name) {
        try {
            return Path.of(Objects.requireNonNull(StepCostTest.class.getResource("streams/" + name))
                    .toURI());
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Arrays that a step has behind its forward pass when its blocks may keep so many bytes. */
    private static int live(ImageModel model, TrainableDenoiser denoiser, PromptEmbedding words, long kept) {
        LatentShape shape = model.traits().space().shape(SIDE, SIDE);
        try (Arena step = denoiser.step()) {
            DenoiserQuestion question = new DenoiserQuestion(
                    step.zeros(1, shape.channels(), shape.height(), shape.width()),
                    List.of(500.0),
                    new TextStates.Frozen(List.of(words)),
                    List.of(),
                    3.5,
                    kept,
                    0);
            denoiser.ask(step, question);
            return step.live();
        }
    }

    /** All insides stay where a little more than the estimate may be kept, and not all where it is less. */
    @ParameterizedTest
    @ValueSource(strings = {"flux", "sd35"})
    void whatBlocksKeepIsAsEstimated(String family) {
        Engine.start(1);
        try (ImageModel model = ImageModel.open(resource(family + "/model"), null, null, remark -> {});
                LoadedTexts texts = model.texts(Linears.plain(), Compute.cpu());
                TrainableDenoiser denoiser = model.denoiser(Linears.plain(), Compute.cpu())) {
            StepCost cost = Objects.requireNonNull(model.stepCost());
            PromptEmbedding words = texts.of("sks cat", new TextReading(0, WORDS));
            long places = (long) SIDE
                    / model.traits().multiple()
                    * (SIDE / model.traits().multiple());
            double inside = 4.0 * cost.inside(cost.textRows(WORDS), places);
            int all = live(model, denoiser, words, Long.MAX_VALUE);
            assertThat(live(model, denoiser, words, (long) (1.15 * inside))).isEqualTo(all);
            assertThat(live(model, denoiser, words, (long) (0.7 * inside))).isLessThan(all);
            assertThat(live(model, denoiser, words, 0)).isLessThan(all);
        }
    }

    @Test
    void aLongerTextAndLessToKeepAreCounted() {
        StepCost cost = new StepCost(
                List.of(
                        new StepCost.Blocks(2, StepCost.Stream.TEXT, 10, 70),
                        new StepCost.Blocks(3, StepCost.Stream.JOINT, 10, 100)),
                32,
                7);
        assertThat(cost.textRows(33)).isEqualTo(71);
        assertThat(cost.inside(5, 20)).isEqualTo(2 * 5 * 70 + 3 * 25 * 100);
        assertThat(cost.bytes(5, 20, 2, Long.MAX_VALUE))
                .isEqualTo(2 * (2 * 5 * 10 + 3 * 25 * 10 + 4 * 25 * 100 + 8200));
        assertThat(cost.bytes(5, 20, 2, 0)).isEqualTo(2 * (2 * 5 * 10 + 3 * 25 * 10 + 4 * 25 * 100));
    }

    @ParameterizedTest
    @ValueSource(strings = {"flux", "sd35"})
    void aStartFitsTheModelAndSaysWhatItTakes(String family) throws Exception {
        String text = StartingRecipe.DREAMBOOTH.text(resource(family + "/model"), resource("pictures"));
        assertThat(text).contains(family.equals("flux") ? "# FLUX.1, " : "# Stable Diffusion 3.5, ");
        assertThat(text).contains("attn.add_k_proj, attn.add_q_proj");
        Path recipe = Files.writeString(folder.resolve("start.yaml"), text);
        List<String> told = new ArrayList<>();
        TrainingListener listener = new TrainingListener() {
            @Override
            public void stepped(StepReport report) {}

            @Override
            public void tell(String line) {
                told.add(line);
            }
        };
        RunRequest request = new RunRequest(recipe, List.of("resolution=32"), folder, null, 1, true, listener, null);
        new DreamBooth().check(request, false, null);
        assertThat(told)
                .anyMatch(line -> line.matches("memory: about .* while it learns \\(weights .*, trained .*,"
                        + " activations .*\\), before that .* for the text encoders; .* available.*"));
        assertThat(told).contains("nothing wrong");
    }
}
