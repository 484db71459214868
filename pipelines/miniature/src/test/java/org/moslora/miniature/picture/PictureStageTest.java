package org.moslora.miniature.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.generation.image.ImageModel;
import org.moslora.generation.image.PictureModel;
import org.moslora.generation.image.PromptEmbedding;
import org.moslora.layers.Engine;
import org.moslora.miniature.StageLaws;
import org.moslora.miniature.blank.BlankClip;
import org.moslora.miniature.blank.BlankDiffusion;
import org.moslora.miniature.blank.BlankFlow;
import org.moslora.tensors.FolderTree;
import org.moslora.testing.Trees;

/** Models that are taught to paint, whatever their family and however many share a batch. */
class PictureStageTest {
    @TempDir
    private static Path folder;

    private static Path painter;
    private static Path flow;

    @BeforeAll
    static void start() throws IOException {
        Engine.start(1);
        painter = Files.createDirectory(folder.resolve("painter"));
        BlankDiffusion.write(painter, 1);
        Path clip = Files.createDirectory(folder.resolve("clip"));
        BlankClip.write(clip, 1);
        flow = Files.createDirectory(folder.resolve("flow"));
        BlankFlow.write(flow, clip, 1);
        Trees.copy(painter.resolve("vae"), flow.resolve("vae"));
    }

    private static PictureLessons lessons(int workers, int batch) {
        return PictureRecipe.READER
                .builder("miniature-pictures")
                .set("model", painter)
                .set("output", folder.resolve("run"))
                .set("scenes", 4)
                .set("workers", workers)
                .set("examined", 2)
                .set("training.batch_size", batch)
                .build()
                .lessons();
    }

    private static PictureStage<int[]> unet(int workers, int batch) {
        PictureModel model = PictureModel.open(painter, null, null, message -> {});
        return new PictureStage<>(lessons(workers, batch), new UNetPainter(model), true);
    }

    private static PictureStage<PromptEmbedding> transformer(int workers, int batch) {
        ImageModel model = ImageModel.open(flow, null, null, message -> {});
        return new PictureStage<>(lessons(workers, batch), new FlowPainter(model), true);
    }

    /** Also what two instances of a model have added up. */
    @Test
    void gradientsOfAUNetAndItsTextsAreThoseOfTheLoss() {
        try (PictureStage<int[]> stage = unet(2, 2)) {
            StageLaws.gradientsAreThoseOfTheLoss(stage, 0.02);
            StageLaws.everyStepHasItsOwnScenes(stage);
        }
    }

    @Test
    void gradientsOfATransformerAreThoseOfTheLoss() {
        try (PictureStage<PromptEmbedding> stage = transformer(2, 2)) {
            StageLaws.gradientsAreThoseOfTheLoss(stage, 0.02);
            StageLaws.everyStepHasItsOwnScenes(stage);
        }
    }

    @Test
    void theLossFalls() {
        try (PictureStage<PromptEmbedding> stage = transformer(1, 1)) {
            StageLaws.theLossFalls(stage, 0.1, 3);
        }
    }

    /**
     * A blank transformer answers zero to everything, so its first loss is the mean square of noise minus latents; that
     * of noise alone is 1. It is a mean however many share the batch.
     */
    @Test
    void aBlankTransformerTellsNoNoiseFromAnother() {
        try (PictureStage<PromptEmbedding> stage = transformer(2, 8)) {
            StageLaws.examiningChangesNothing(stage);
            double loss = stage.examine().get("validation loss");
            assertThat(loss).isGreaterThan(0.9);
            assertThat(stage.learn(1)).isCloseTo(loss, within(0.5 * loss));
        }
    }

    @Test
    void whatDoesNotLearnIsWrittenAsItWas() throws IOException {
        Path written = Files.createDirectory(folder.resolve("written"));
        try (PictureStage<int[]> stage = unet(1, 1)) {
            stage.write(written);
        }
        for (Path file : Trees.files(painter)) {
            Path name = painter.relativize(file);
            if (!name.startsWith("unet") && !name.startsWith("text_encoder")) {
                assertThat(written.resolve(name.toString())).hasSameBinaryContentAs(file);
            }
        }
        assertThat(Trees.digests(written).keySet())
                .isEqualTo(Trees.digests(painter).keySet());
        FolderTree.delete(written);
    }
}
