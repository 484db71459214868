package org.moslora.miniature.autoencoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.datasets.miniature.world.Cast;
import org.moslora.datasets.miniature.world.Scene;
import org.moslora.datasets.miniature.world.Scenes;
import org.moslora.datasets.miniature.world.Split;
import org.moslora.diffusion.autoencoder.Autoencoder;
import org.moslora.diffusion.folder.StableDiffusion;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.layers.Kernels;
import org.moslora.miniature.ScenePixels;
import org.moslora.miniature.SceneRenderer;
import org.moslora.miniature.StageLaws;
import org.moslora.miniature.blank.BlankDiffusion;

/** An autoencoder as it learns, and the even latents that it is left with. */
class AutoencoderStageTest {
    private static final int LEARNT_FROM = 32;

    @TempDir
    private static Path folder;

    private static Path blank;
    private static AutoencoderStage stage;

    @BeforeAll
    static void start() throws IOException {
        Engine.start(1);
        blank = Files.createDirectory(folder.resolve("blank"));
        BlankDiffusion.write(blank, 1);
        stage = stage(true);
    }

    private static AutoencoderStage stage(boolean encoder) {
        AutoencoderRecipe recipe = AutoencoderRecipe.READER
                .builder("miniature-autoencoder")
                .set("output", folder.resolve("run"))
                .set("encoder", encoder)
                .set("examined", 3)
                .set("training.batch_size", 2)
                .build();
        return new AutoencoderStage(recipe, blank);
    }

    @AfterAll
    static void stop() {
        stage.close();
    }

    @Test
    void gradientsAreThoseOfTheLoss() {
        StageLaws.gradientsAreThoseOfTheLoss(stage, 0.02);
        try (AutoencoderStage decoder = stage(false)) {
            StageLaws.gradientsAreThoseOfTheLoss(decoder, 0.02);
        }
    }

    @Test
    void theLossFalls() {
        try (AutoencoderStage own = stage(true)) {
            StageLaws.theLossFalls(own, 0.05, 4);
        }
    }

    @Test
    void everyStepHasItsOwnScenes() {
        StageLaws.everyStepHasItsOwnScenes(stage);
    }

    @Test
    void examiningChangesNothing() {
        StageLaws.examiningChangesNothing(stage);
        assertThat(stage.examine().get("PSNR")).isBetween(0.0, 60.0);
    }

    private static NDArray pixels(Arena arena) {
        Scenes scenes = new Scenes(0, Split.TRAIN, Cast.KNOWN);
        List<Scene> some =
                IntStream.range(0, LEARNT_FROM).mapToObj(scenes::portrait).toList();
        return ScenePixels.batch(arena, new SceneRenderer(64).pixels(some));
    }

    private record Seen(float[] latents, float[] pictures) {}

    private static Seen through(Path model) {
        try (StableDiffusion files = StableDiffusion.open(model);
                Autoencoder autoencoder = files.buildAutoencoder(Compute.cpu());
                Arena arena = autoencoder.step()) {
            NDArray latents = autoencoder.latents(arena, autoencoder.encode(arena, pixels(arena)), null);
            NDArray few = Kernels.get().one(arena, "window", latents, 0, new long[] {2, 4, 16, 16});
            return new Seen(
                    latents.toFloatArray(), autoencoder.decode(arena, few).toFloatArray());
        }
    }

    /** Latents are made even where the encoder learns, and pictures come back as they did before. */
    @Test
    void latentsAreLeftEvenAndPicturesAsTheyWere() throws IOException {
        Path written = Files.createDirectory(folder.resolve("written"));
        stage.write(written);
        Seen before = through(blank);
        Seen after = through(written);
        for (int channel = 0; channel < 4; channel++) {
            double[] values = channel(after.latents(), channel);
            double mean = IntStream.range(0, values.length)
                    .mapToDouble(i -> values[i])
                    .average()
                    .orElseThrow();
            double square = IntStream.range(0, values.length)
                    .mapToDouble(i -> values[i] * values[i])
                    .average()
                    .orElseThrow();
            assertThat(mean).isCloseTo(0, within(0.02));
            assertThat(square).isCloseTo(1, within(0.02));
        }
        assertThat(farthest(after.pictures(), before.pictures())).isLessThan(0.03);
    }

    private static double farthest(float[] some, float[] others) {
        assertThat(some).hasSameSizeAs(others);
        return IntStream.range(0, some.length)
                .mapToDouble(i -> Math.abs(some[i] - others[i]))
                .max()
                .orElseThrow();
    }

    private static double[] channel(float[] latents, int channel) {
        int places = latents.length / (LEARNT_FROM * 4);
        return IntStream.range(0, LEARNT_FROM * places)
                .mapToDouble(i -> latents[(i / places * 4 + channel) * places + i % places])
                .toArray();
    }

    /** Whose encoder stays has its latents as they were, for whoever learnt from them. */
    @Test
    void withoutTheEncoderLatentsAreWhatTheyWere() throws IOException {
        Path written = Files.createDirectory(folder.resolve("decoder"));
        try (AutoencoderStage decoder = stage(false)) {
            decoder.write(written);
        }
        assertThat(farthest(through(written).latents(), through(blank).latents()))
                .isLessThan(5e-3);
    }
}
