package org.moslora.dreambooth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.layers.Kernels;

/** Random numbers and loss of a micro-batch against PyTorch's. */
class NumbersTest {
    private final Arena arena = Arena.open(Compute.cpu());

    @BeforeAll
    static void start() {
        Engine.start(1);
    }

    @AfterEach
    void close() {
        arena.close();
    }

    /** torch.manual_seed(11), then randn, randn and randint, and the same with an offset between the last two. */
    @Test
    void theDefaultGeneratorDrawsLatentsNoiseAndTimesteps() {
        Kernels.get().call(arena, "seed_default_generator", 11);
        NDArray[] first = draw(0);
        assertThat(first[0].toFloatArray()).startsWith(-0.5107975602149963f, 1.0282717943191528f);
        assertThat(first[1].toFloatArray()).endsWith(0.5699852705001831f, 1.4841164350509644f);
        assertThat(first[2].toLongArray()).containsExactly(741, 543);
        NDArray[] second = draw(0.1);
        assertThat(second[0].toFloatArray()).startsWith(-0.5062475800514221f, 0.46549126505851746f);
        assertThat(second[1].toFloatArray()[31]).isCloseTo(-0.8831487894058228f, within(1e-6f));
        assertThat(second[2].toLongArray()).containsExactly(107, 577);
    }

    private NDArray[] draw(double offset) {
        return Kernels.get().call(arena, "training_draws", new long[] {2, 4, 2, 2}, 1000, offset, "cpu");
    }

    @Test
    void theLossIsAWeightedMeanOfEachPicturesAndItsGradientIsScaled() {
        NDArray prediction = arena.floats(new float[] {1, 2, 3, 4, -1, 0, 2, 5}, 2, 1, 2, 2);
        NDArray target = arena.floats(new float[] {0, 2, 1, 4, 1, 1, 1, 1}, 2, 1, 2, 2);
        NDArray whole = arena.floats(new float[] {1, 1}, 2, 1, 1, 1);
        NDArray weights = arena.floats(new float[] {0.5f, 0.25f}, 2);
        NDArray[] loss = Kernels.get().call(arena, "denoising_loss", prediction, target, whole, weights, 0.5);
        assertThat(loss[0].getFloat()).isEqualTo(2);
        assertThat(loss[1].toFloatArray()).containsExactly(0.125f, 0, 0.25f, 0, -0.125f, -0.0625f, 0.0625f, 0.25f);
    }

    /** mean(area(mask)·(prediction − target)²) of each picture, over all of its latents, as kohya's scripts have it. */
    @Test
    void aMaskWeighsEveryLatentByTheShareOfItsPixels() {
        Random random = new Random(4);
        float[] pixels = new float[2 * 8 * 12];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = i < 96 ? random.nextFloat() : 1;
        }
        NDArray mask = Kernels.get().one(arena, "latent_mask", arena.floats(pixels, 2, 1, 8, 12), 2, 3);
        float[] prediction = floats(random, 2 * 4 * 2 * 3);
        float[] target = floats(random, prediction.length);
        float[] weights = {0.75f, 0.5f};
        double expected = 0;
        double[] gradient = new double[prediction.length];
        for (int i = 0; i < prediction.length; i++) {
            int picture = i / 24;
            double share = 0;
            for (int pixel = 0; pixel < 16; pixel++) {
                int row = i / 3 % 2 * 4 + pixel / 4;
                share += pixels[96 * picture + 12 * row + i % 3 * 4 + pixel % 4] / 16;
            }
            double error = prediction[i] - target[i];
            expected += weights[picture] / 24 * share * error * error;
            gradient[i] = 0.5 * weights[picture] / 24 * share * 2 * error;
        }
        NDArray[] loss = loss(prediction, target, mask, weights);
        assertThat((double) loss[0].getFloat()).isCloseTo(expected, within(1e-6));
        float[] back = loss[1].toFloatArray();
        for (int i = 0; i < back.length; i++) {
            assertThat((double) back[i]).isCloseTo(gradient[i], within(1e-7));
            prediction[i] += 1e-2f;
            double above = loss(prediction, target, mask, weights)[0].getFloat();
            prediction[i] -= 2e-2f;
            double below = loss(prediction, target, mask, weights)[0].getFloat();
            prediction[i] += 1e-2f;
            assertThat((double) back[i]).isCloseTo(0.5 * (above - below) / 2e-2, within(2e-5));
        }
    }

    private NDArray[] loss(float[] prediction, float[] target, NDArray mask, float[] weights) {
        return Kernels.get()
                .call(
                        arena,
                        "denoising_loss",
                        arena.floats(prediction, 2, 4, 2, 3),
                        arena.floats(target, 2, 4, 2, 3),
                        mask,
                        arena.floats(weights, 2),
                        0.5);
    }

    private static float[] floats(Random random, int count) {
        float[] floats = new float[count];
        for (int i = 0; i < count; i++) {
            floats[i] = (float) random.nextGaussian();
        }
        return floats;
    }

    @Test
    void theAverageMovesByItsShare() {
        NDArray average = arena.floats(new float[] {0, 4}, 2);
        Kernels.get().call(arena, "averaged", average, arena.floats(new float[] {2, 0}, 2), 0.25);
        assertThat(average.toFloatArray()).containsExactly(0.5f, 3);
    }

    @Test
    void recipesHaveTheKeysOfTheReference() {
        assertThat(org.moslora.console.recipe.Recipes.keys(DreamBoothRecipe.class, DreamBoothRecipe.READER.spellings())
                        .stream()
                        .map(note -> note.path()))
                .contains(
                        "class.images",
                        "captions.shuffle",
                        "buckets.min",
                        "loss.min_snr_gamma",
                        "loss.noise_offset",
                        "loss.mask",
                        "ema.decay",
                        "text_encoder.learning_rate",
                        "text_encoder.adapter.rank",
                        "data.order",
                        "crop",
                        "flip");
    }
}
