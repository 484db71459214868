package org.moslora.diffusion.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.diffusion.Formula;
import org.moslora.diffusion.schedule.Prediction;
import org.moslora.diffusion.schedule.SchedulerConfig;
import org.moslora.diffusion.unet.DenoisingTarget;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.layers.Linears;

/** What models are asked for whole batches, and that pictures of a batch do not see each other. */
class StreamsTest {
    @BeforeAll
    static void start() {
        Engine.start(1);
    }

    /** DDPMScheduler.add_noise and get_velocity of diffusers 0.42.1 at the timesteps 3 and 700. */
    @ParameterizedTest
    @CsvSource({"EPSILON", "VELOCITY", "SAMPLE"})
    void eachPictureOfABatchHasItsOwnNoise(Prediction prediction) {
        try (Arena arena = Arena.open(Compute.cpu())) {
            NDArray clean = Formula.array(arena, "clean", 2, 1, 2, 2);
            NDArray noise = Formula.array(arena, "noise", 2, 1, 2, 2);
            DenoisingTarget target = DenoisingTarget.of(
                    arena, SchedulerConfig.stableDiffusion(prediction).training(), clean, noise, new long[] {3, 700});
            assertThat(target.noisy().toFloatArray())
                    .containsExactly(
                            new float[] {
                                0.5989972f,
                                0.9715654f,
                                0.8580624f,
                                0.2721463f,
                                -0.9349263f,
                                -0.4537545f,
                                0.3375482f,
                                0.9117f
                            },
                            within(1e-6f));
            float[] velocity = {
                0.7315791f, 0.1012833f, -0.599574f, -0.9923248f, 0.1783799f, 0.8616517f, 0.9944367f, 0.4373047f
            };
            float[] wanted = switch (prediction) {
                case EPSILON -> noise.toFloatArray();
                case VELOCITY -> velocity;
                case SAMPLE -> clean.toFloatArray();
            };
            assertThat(target.target().toFloatArray()).containsExactly(wanted, within(1e-6f));
        }
    }

    @Test
    void aVelocityLeadsFromThePictureToTheNoise() {
        try (Arena arena = Arena.open(Compute.cpu())) {
            NDArray clean = Formula.array(arena, "clean", 3, 2, 2, 2);
            NDArray noise = Formula.array(arena, "noise", 3, 2, 2, 2);
            float[] levels = {0, 0.25f, 1};
            FlowTarget target = FlowTarget.of(arena, clean, noise, levels);
            float[] noisy = target.noisy().toFloatArray();
            float[] velocity = target.velocity().toFloatArray();
            for (int i = 0; i < noisy.length; i++) {
                float level = levels[i / 8];
                assertThat(noisy[i] - level * velocity[i]).isCloseTo(clean.toFloatArray()[i], within(1e-6f));
                assertThat(noisy[i] + (1 - level) * velocity[i]).isCloseTo(noise.toFloatArray()[i], within(1e-6f));
            }
        }
    }

    /** Of texts of unequal length, for the transformer that lets them be so. */
    @Test
    void picturesOfABatchDoNotSeeEachOther() {
        try (FlowTransformer model = TinyFlow.build("z-image", Linears.plain(), Compute.cpu());
                Arena step = model.step()) {
            FlowText both = TinyFlow.text(step, "z-image");
            NDArray latents = TinyFlow.latents(step, "z-image");
            float[] together = model.open(step, both, 4, 6)
                    .predict(step, latents, TinyFlow.TIMES)
                    .toFloatArray();
            float[] states = both.states().toFloatArray();
            float[] second = Arrays.copyOfRange(states, 3 * 6, states.length);
            FlowText alone = new FlowText(step.floats(second, 33, 6), List.of(33));
            float[] half = Arrays.copyOfRange(latents.toFloatArray(), 96, 192);
            float[] one = model.open(step, alone, 4, 6)
                    .predict(step, step.floats(half, 1, 4, 4, 6), TinyFlow.TIMES.subList(1, 2))
                    .toFloatArray();
            assertThat(Arrays.copyOfRange(together, 96, 192)).containsExactly(one, within(2e-5f));
        }
    }

    @Test
    void textsThatMustBeFilledUpAreRefusedByTheirLengths() {
        try (FlowTransformer model = TinyFlow.build("flux2", Linears.plain(), Compute.cpu());
                Arena step = model.step()) {
            FlowText unequal = new FlowText(Formula.array(step, "text", 9, 12), List.of(5, 4));
            assertThatThrownBy(() -> model.open(step, unequal, 3, 4))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("[5, 4]");
        }
    }

    @Test
    void streamsThatAreJoinedLieOneBehindTheOtherInEveryPicture() {
        int[] a = {1, 0};
        int[] b = {2, 0};
        int[] c = {0, 7};
        StreamLayout joined = StreamLayout.joined(
                new StreamLayout(List.of(List.of(a, b), List.of(b))),
                new StreamLayout(List.of(List.of(c), List.of(c, c))));
        assertThat(joined.pictures()).containsExactly(List.of(a, b, c), List.of(b, c, c));
        assertThat(joined.lengths()).containsExactly(3, 3);
    }

    @Test
    void gradientsOfManyReadersAddUpAndLeaveOneArray() {
        try (Arena arena = Arena.open(Compute.cpu())) {
            SummedGradient gradient = new SummedGradient();
            assertThatThrownBy(gradient::sum).isInstanceOf(IllegalStateException.class);
            int before = arena.live();
            for (int i = 1; i <= 4; i++) {
                gradient.add(arena, arena.floats(new float[] {i, -i}, 2));
            }
            assertThat(gradient.sum().toFloatArray()).containsExactly(10, -10);
            assertThat(arena.live()).isEqualTo(before + 1);
        }
    }
}
