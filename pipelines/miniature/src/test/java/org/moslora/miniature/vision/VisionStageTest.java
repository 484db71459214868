package org.moslora.miniature.vision;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.layers.Engine;
import org.moslora.miniature.StageLaws;
import org.moslora.miniature.blank.BlankClip;
import org.moslora.miniature.blank.BlankLlava;

/** Both halves of a CLIP as they learn: gradients of the loss that is told, and shares of right answers. */
class VisionStageTest {
    @TempDir
    private static Path folder;

    private static VisionStage stage;

    @BeforeAll
    static void start() throws IOException {
        Engine.start(1);
        BlankClip.write(Files.createDirectory(folder.resolve("clip")), 1);
        BlankLlava.write(Files.createDirectory(folder.resolve("llava")), 1);
        stage = stage(0.5);
    }

    private static VisionStage stage(double contrast) {
        VisionRecipe recipe = VisionRecipe.READER
                .builder("miniature-vision")
                .set("output", folder.resolve("run"))
                .set("contrast", contrast)
                .set("examined", 6)
                .set("training.batch_size", 4)
                .build();
        return new VisionStage(recipe, folder);
    }

    @AfterAll
    static void stop() {
        stage.close();
    }

    /** Also where telling captions apart is nearly all that counts. */
    @Test
    void gradientsAreThoseOfTheLoss() {
        StageLaws.gradientsAreThoseOfTheLoss(stage, 0.02);
        try (VisionStage contrasting = stage(100)) {
            StageLaws.gradientsAreThoseOfTheLoss(contrasting, 0.005);
        }
    }

    @Test
    void theLossFalls() {
        try (VisionStage own = stage(1)) {
            StageLaws.theLossFalls(own, 0.1, 4);
        }
    }

    @Test
    void everyStepHasItsOwnScenes() {
        StageLaws.everyStepHasItsOwnScenes(stage);
    }

    @Test
    void sharesOfRightAnswersAreSharesAndLeaveNothing() {
        StageLaws.examiningChangesNothing(stage);
        Map<String, Double> scores = stage.examine();
        assertThat(scores).hasSize(1 + PatchLabels.NAMES.size()).containsKeys("captions", "row", "column");
        assertThat(scores.values()).allMatch(score -> score >= 0 && score <= 1);
    }

    /** How much telling captions apart counts is the recipe's, and so linear in it. */
    @Test
    void theContrastWeighsAsTheRecipeSays() {
        double[] losses = new double[3];
        for (int i = 0; i < losses.length; i++) {
            try (VisionStage one = stage(i)) {
                losses[i] = one.learn(1);
            }
        }
        assertThat(losses[1]).isGreaterThan(losses[0]);
        assertThat(losses[2] - losses[1])
                .isCloseTo(losses[1] - losses[0], org.assertj.core.api.Assertions.within(1e-4));
    }
}
