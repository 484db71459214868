package org.moslora.dreambooth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
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
        NDArray weights = arena.floats(new float[] {0.5f, 0.25f}, 2);
        NDArray[] loss = Kernels.get().call(arena, "denoising_loss", prediction, target, weights, 0.5);
        assertThat(loss[0].getFloat()).isEqualTo(2);
        assertThat(loss[1].toFloatArray()).containsExactly(0.125f, 0, 0.25f, 0, -0.125f, -0.0625f, 0.0625f, 0.25f);
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
                        "ema.decay",
                        "text_encoder.learning_rate",
                        "text_encoder.adapter.rank",
                        "data.order",
                        "crop",
                        "flip");
    }
}
