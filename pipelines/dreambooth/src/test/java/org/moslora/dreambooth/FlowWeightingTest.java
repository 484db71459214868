package org.moslora.dreambooth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.diffusion.schedule.FlowSchedule;
import org.moslora.diffusion.schedule.FlowSpacing;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.layers.Kernels;
import org.moslora.problems.InvalidInput;

/**
 * How noise levels are drawn and weighed, and what a model is asked at them, against training_utils of diffusers 0.42.1:
 * compute_loss_weighting_for_sd3 and compute_density_for_timestep_sampling.
 */
class FlowWeightingTest {
    /** What torch.randn gives first after torch.manual_seed(11). */
    private static final float FIRST = -0.5107975602149963f;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() {
        Engine.start(1);
    }

    private static FlowWeighting weighting(String scheme, boolean precondition) {
        return new FlowWeighting(FlowWeighting.Scheme.named(scheme), precondition, 0, 1, 1.29);
    }

    @ParameterizedTest
    @CsvSource({
        "none, 0.25, 1",
        "logit_normal, 0.25, 1",
        "mode, 0.9, 1",
        "sigma_sqrt, 0.001, 999999.9",
        "sigma_sqrt, 0.25, 16",
        "sigma_sqrt, 0.75, 1.777778",
        "sigma_sqrt, 1, 1",
        "cosmap, 0.001, 0.6378943",
        "cosmap, 0.1, 0.7763655",
        "cosmap, 0.5, 1.273239",
        "cosmap, 0.9, 0.7763656",
        "cosmap, 1, 0.6366197"
    })
    void weightsAreThoseOfDiffusers(String scheme, float level, double weight) {
        assertThat(weighting(scheme, false).weight(level)).isCloseTo(weight, within(1e-6 * weight));
    }

    /** Of two pictures, drawn behind noise for both: torch.manual_seed(11), randn(2, 4, 2, 2), then the density. */
    @ParameterizedTest
    @CsvSource({
        "none, 0, 1, 1.29, 0.2438045, 0.3381739",
        "cosmap, 0, 1, 1.29, 0.2438045, 0.3381739",
        "sigma_sqrt, 0, 1, 1.29, 0.2438045, 0.3381739",
        "logit_normal, 0, 1, 1.29, 0.5946945, 0.4691851",
        "logit_normal, -0.5, 2, 1.29, 0.5663103, 0.321512",
        "mode, 0, 1, 1.29, 0.6218138, 0.5566133",
        "mode, 0, 1, -0.5, 0.8082815, 0.7026062"
    })
    void placesAreDrawnAsDiffusersDrawsThem(
            String scheme, double mean, double deviation, double scale, float first, float second) {
        FlowWeighting setting = new FlowWeighting(FlowWeighting.Scheme.named(scheme), false, mean, deviation, scale);
        try (Arena arena = Arena.open(Compute.cpu())) {
            Kernels.get().call(arena, "seed_default_generator", 11);
            Objective.Drawn drawn =
                    objective("'shift': 1.0", setting, false).draw(arena, new long[] {2, 4, 2, 2}, "cpu");
            assertThat(drawn.own()).isNull();
            assertThat(drawn.noise().toFloatArray()).startsWith(FIRST);
            assertThat(drawn.places().toFloatArray()).containsExactly(new float[] {first, second}, within(2e-7f));
        }
    }

    /** Latents that are drawn themselves take their noise first, so that what follows is other noise. */
    @Test
    void latentsThatAreDrawnTakeTheFirstNoise() {
        try (Arena arena = Arena.open(Compute.cpu())) {
            Kernels.get().call(arena, "seed_default_generator", 11);
            Objective.Drawn drawn = objective("'shift': 1.0", weighting("none", false), true)
                    .draw(arena, new long[] {2, 4, 2, 2}, "cpu");
            assertThat(drawn.own()).isNotNull();
            assertThat(drawn.own().toFloatArray()).startsWith(FIRST).hasSize(32);
            assertThat(drawn.noise().toFloatArray()).doesNotContain(FIRST).hasSize(32);
        }
    }

    /** Comparing clean pictures z − σ·v by a weight is comparing velocities by σ² times that. */
    @ParameterizedTest
    @CsvSource({"none, 0.3", "sigma_sqrt, 0.3", "cosmap, 0.8", "logit_normal, 1", "mode, 0.05"})
    void comparingPicturesIsComparingVelocitiesByTheSquareOfTheLevel(String scheme, float level) {
        double noisy = 0.7;
        double truth = -1.25;
        double answer = 0.5;
        double ofPictures =
                weighting(scheme, false).weight(level) * square((noisy - level * answer) - (noisy - level * truth));
        double ofVelocities = weighting(scheme, true).weight(level) * square(answer - truth);
        assertThat(ofVelocities).isCloseTo(ofPictures, within(1e-9));
    }

    private static double square(double value) {
        return value * value;
    }

    /** Places 0.25 and 0.9 of 1000 steps are sigmas 0.75 and 0.1, which a static shift of 3 moves. */
    @ParameterizedTest
    @CsvSource({
        "'shift': 1.0, 0.75, 0.1",
        "'shift': 3.0, 0.9, 0.25",
        "'shift': 3.0; 'use_dynamic_shifting': true, 0.75, 0.1"
    })
    void aLessonIsTheNoisyLatentsAndTheirVelocity(String fields, float first, float second) {
        FlowObjective objective = objective(fields.replace(';', ','), weighting("sigma_sqrt", false), false);
        try (Arena arena = Arena.open(Compute.cpu())) {
            Objective.Drawn drawn = new Objective.Drawn(
                    null,
                    arena.floats(new float[] {2, -1, 4, 0}, 2, 1, 1, 2),
                    arena.floats(new float[] {0.25f, 0.9f}, 2));
            Objective.NoisyInput input =
                    objective.noisyInput(arena, arena.floats(new float[] {1, 1, 2, -2}, 2, 1, 1, 2), drawn);
            assertThat(input.times()).containsExactly(new double[] {1000 * first, 1000 * second}, within(1e-3));
            assertThat(input.target().toFloatArray()).containsExactly(1, -2, 2, 2);
            assertThat(input.noisy().toFloatArray())
                    .containsExactly(
                            new float[] {1 + first, 1 - 2 * first, 2 + 2 * second, -2 + 2 * second}, within(1e-6f));
            assertThat(input.weights())
                    .containsExactly(new double[] {1 / square(first), 1 / square(second)}, within(1e-3));
        }
    }

    @Test
    void anUnknownWeightingNamesTheKnownOnes() {
        assertThatThrownBy(() -> FlowWeighting.Scheme.named("cosmop"))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("weighting")
                .hasMessageContaining("cosmop")
                .hasMessageContaining("none, logit_normal, mode, sigma_sqrt, cosmap");
    }

    private FlowObjective objective(String fields, FlowWeighting setting, boolean posterior) {
        Path file = folder.resolve("scheduler_config.json");
        try {
            Files.writeString(
                    file, "{\"_class_name\": \"FlowMatchEulerDiscreteScheduler\", " + fields.replace('\'', '"') + "}");
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
        return new FlowObjective(FlowSchedule.read(file, FlowSpacing.EVEN), posterior, setting);
    }
}
