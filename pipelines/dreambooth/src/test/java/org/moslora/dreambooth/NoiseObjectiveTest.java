package org.moslora.dreambooth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.moslora.diffusion.schedule.Prediction;
import org.moslora.diffusion.schedule.SchedulerConfig;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problem;
import org.moslora.problems.Problems;

/** What a UNet is asked in training and how its errors count, against DDPMScheduler of diffusers 0.42.1. */
class NoiseObjectiveTest {
    private static final float[] CLEAN = {0.9f, 0.1f, -0.6f, -1, 0.2f, 0.8f, 1, 0.3f};
    private static final float[] NOISE = {-0.5f, 1, 0.25f, -2, 0.75f, 0, 1.5f, -1};

    @BeforeAll
    static void start() {
        Engine.start(1);
    }

    private static NoiseObjective objective(Prediction prediction, double gamma) {
        return new NoiseObjective(SchedulerConfig.stableDiffusion(prediction).training(), gamma, 0);
    }

    private static Objective.NoisyInput noisyInput(Arena arena, NoiseObjective objective, int... timesteps) {
        Objective.Drawn drawn = new Objective.Drawn(null, arena.floats(NOISE, 2, 1, 2, 2), arena.longs(timesteps));
        return objective.noisyInput(arena, arena.floats(CLEAN, 2, 1, 2, 2), drawn);
    }

    /** At timestep 250 of Stable Diffusion's schedule, √ᾱ is 0.820848525 and √(1 − ᾱ) 0.571145952; at 999 the last of it. */
    @ParameterizedTest
    @EnumSource(Prediction.class)
    void aLessonIsThatOfAddNoiseAndGetVelocity(Prediction prediction) {
        double[] image = {0.820848525, 0.0682648867};
        double[] noise = {0.571145952, 0.997667253};
        try (Arena arena = Arena.open(Compute.cpu())) {
            Objective.NoisyInput input = noisyInput(arena, objective(prediction, 0), 250, 999);
            float[] noisy = input.noisy().toFloatArray();
            float[] target = input.target().toFloatArray();
            for (int i = 0; i < 8; i++) {
                double a = image[i / 4];
                double s = noise[i / 4];
                double wanted = switch (prediction) {
                    case EPSILON -> NOISE[i];
                    case VELOCITY -> a * NOISE[i] - s * CLEAN[i];
                    case SAMPLE -> CLEAN[i];
                };
                assertThat((double) noisy[i]).isCloseTo(a * CLEAN[i] + s * NOISE[i], within(1e-6));
                assertThat((double) target[i]).isCloseTo(wanted, within(1e-6));
            }
            assertThat(input.times()).containsExactly(250, 999);
            assertThat(input.weights()).containsExactly(1, 1);
        }
    }

    /** As diffusers' scripts weigh by compute_snr, here 2.06553149 and 0.00468198: min(SNR, γ) over SNR, or over SNR + 1. */
    @ParameterizedTest
    @CsvSource({
        "EPSILON, 5, 1, 1",
        "EPSILON, 1, 0.48413699, 1",
        "VELOCITY, 5, 0.67379217, 0.00466016",
        "VELOCITY, 1, 0.32620783, 0.00466016",
        "SAMPLE, 1, 1, 0.00468198"
    })
    void timestepsAreEvenedOut(Prediction prediction, double gamma, double first, double second) {
        try (Arena arena = Arena.open(Compute.cpu())) {
            assertThat(noisyInput(arena, objective(prediction, gamma), 250, 999).weights())
                    .containsExactly(new double[] {first, second}, within(2e-6));
        }
    }

    @Test
    void placesThatAreNotDrawnStandAtTheirPartOfAllTimesteps() {
        try (Arena arena = Arena.open(Compute.cpu())) {
            NoiseObjective objective = objective(Prediction.EPSILON, 0);
            for (double part : new double[] {0, 0.125, 0.375, 0.999}) {
                assertThat(objective.place(arena, part).toLongArray()).containsExactly((long) (1000 * part));
            }
        }
    }

    @Test
    void whatIsSaidOfModelsOfTheOtherKindIsNamed() {
        LossBlock flowing = new LossBlock(0, 0, false, "mode", 0.5, 2.0, 1.0, true);
        LossBlock denoising = new LossBlock(5, 0.1, true, null, null, null, null, null);
        assertThat(refused(flowing, false))
                .containsExactly(
                        "loss.weighting", "loss.logit_mean", "loss.logit_std", "loss.mode_scale", "loss.precondition");
        assertThat(refused(flowing, true)).isEmpty();
        assertThat(refused(denoising, true)).containsExactly("loss.min_snr_gamma", "loss.noise_offset");
        assertThat(refused(denoising, false)).isEmpty();
    }

    private static List<String> refused(LossBlock block, boolean flows) {
        Problems problems = new Problems();
        block.checkFamily(flows, problems);
        return problems.found().stream().map(Problem::where).toList();
    }

    @Test
    void settingsThatAreNoNumbersOfTheirKindAreToldTogether() {
        assertThatThrownBy(() -> new LossBlock(-1, 1.5, false, "cosmop", null, 0.0, null, null))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("min_snr_gamma")
                .hasMessageContaining("-1")
                .hasMessageContaining("noise_offset")
                .hasMessageContaining("1.5")
                .hasMessageContaining("cosmop")
                .hasMessageContaining("logit_std")
                .hasMessageContaining("above 0");
        assertThatThrownBy(() -> new LossBlock(Double.NaN, 0, false, null, null, null, null, null))
                .hasMessageContaining("min_snr_gamma");
    }
}
