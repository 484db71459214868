package org.moslora.diffusion.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.problems.InvalidInput;

/**
 * Noise levels of schedules of flow matching in every shape that a file can give them: FlowMatchEulerDiscreteScheduler of
 * diffusers 0.42.1, set to a number of steps (TRAINED) or to even sigmas (EVEN), with mu of calculate_shift.
 */
class FlowLevelsTest {
    private static final String DYNAMIC = "'use_dynamic_shifting': true";

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "TRAINED | 'shift': 3.0 | 16 | 1 0.857692301 0.602150559 0.00892857183",
                "TRAINED | 'shift': 3.0 | 16 | 1",
                "EVEN | 'shift': 3.0 | 16 | 1",
                "TRAINED | 'shift': 1.0 | 16 | 1 0.500500023 0.00100000005",
                "EVEN | 'shift': 1.0 | 16 | 1 0.666666687 0.333333343",
                "TRAINED | 'num_train_timesteps': 100, 'shift': 2.0 | 16 | 1 0.675409853 0.0388349518",
                "EVEN | 'num_train_timesteps': 100, 'shift': 2.0 | 16 | 1 0.800000012 0.5",
                "TRAINED | " + DYNAMIC + " | 1024 | 1 0.789953887 0.484967351 0.00187596434",
                "EVEN | " + DYNAMIC + " | 1024 | 1 0.849234819 0.652489424 0.384944737",
                "TRAINED | " + DYNAMIC
                        + ", 'time_shift_type': 'linear' | 1024 | 1 0.557892203 0.24009037 0.000630233204",
                "EVEN | " + DYNAMIC + ", 'time_shift_type': 'linear' | 1024 | 1 0.653979182 0.386503071 0.173553705",
                "EVEN | " + DYNAMIC + ", 'base_shift': 0.3, 'max_shift': 2.0, 'base_image_seq_len': 64,"
                        + " 'max_image_seq_len': 1024 | 400 | 1 0.830355287 0.550292552",
                "TRAINED | " + DYNAMIC + ", 'base_shift': 0.3, 'max_shift': 2.0, 'base_image_seq_len': 64,"
                        + " 'max_image_seq_len': 1024 | 400 | 1 0.710332632 0.00244379882"
            })
    void areThoseOfDiffusers(FlowSpacing spacing, String fields, int tokens, String levels) {
        double[] expected = Arrays.stream(levels.split(" "))
                .mapToDouble(Double::parseDouble)
                .toArray();
        FlowSchedule schedule = read(fields, spacing);
        Trajectory plan = schedule.scheduler(SchedulerName.FLOW_EULER, tokens).plan(expected.length);
        assertThat(plan.steps()).hasSize(expected.length);
        for (int i = 0; i < expected.length; i++) {
            double next = i + 1 < expected.length ? expected[i + 1] : 0;
            SamplingStep step = plan.steps().get(i);
            assertThat(step.timestep()).isCloseTo(schedule.timesteps() * expected[i], within(2e-4));
            assertThat(step.outputs()[0]).isCloseTo(next - expected[i], within(3e-7));
        }
        assertThat(plan.fromNoise()).isEqualTo(1);
    }

    /** Whose velocity is known reaches the picture, whatever the steps are. */
    @ParameterizedTest
    @EnumSource(FlowSpacing.class)
    void theTrueVelocityLeadsFromNoiseToThePicture(FlowSpacing spacing) {
        for (String fields : List.of("'shift': 3.0", DYNAMIC)) {
            for (int steps : new int[] {1, 2, 7, 28}) {
                Scheduler scheduler = read(fields, spacing).scheduler(SchedulerName.FLOW_EULER, 300);
                float[] picture = {0.5f, -2, 1};
                float[] noise = {1.25f, 0.75f, -3};
                PlainSampler sampler = new PlainSampler(scheduler.plan(steps), noise);
                float[] velocity = {noise[0] - picture[0], noise[1] - picture[1], noise[2] - picture[2]};
                while (!sampler.done()) {
                    assertThat(sampler.input()).isEqualTo(sampler.sample());
                    sampler.take(velocity, new float[3]);
                }
                assertThat(sampler.sample()).containsExactly(picture, within(2e-6f));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.25, 0.5, 0.75, 1})
    void theRestOfAWayIsTheEndOfTheWhole(double strength) {
        Scheduler scheduler = read("'shift': 3.0", FlowSpacing.EVEN).scheduler(SchedulerName.FLOW_EULER, 300);
        List<SamplingStep> whole = scheduler.plan(8).steps();
        Trajectory rest = scheduler.plan(8, strength);
        int left = (int) (8 * strength);
        assertThat(rest.steps()).hasSize(left);
        double level = whole.get(8 - left).timestep() / 1000;
        assertThat(rest.steps().get(0).timestep()).isEqualTo(whole.get(8 - left).timestep());
        assertThat(rest.fromImage().noise()).isCloseTo(level, within(1e-6));
        assertThat(rest.fromImage().image()).isCloseTo(1 - level, within(1e-6));
    }

    @Test
    void aLargerPictureStaysLongerInTheNoise() {
        for (FlowSpacing spacing : FlowSpacing.values()) {
            FlowSchedule schedule = read(DYNAMIC, spacing);
            double before = 0;
            for (int tokens : new int[] {64, 256, 1024, 4096}) {
                double second = schedule.scheduler(SchedulerName.FLOW_EULER, tokens)
                        .plan(10)
                        .steps()
                        .get(1)
                        .timestep();
                assertThat(second).as("%s of %d", spacing, tokens).isGreaterThan(before);
                before = second;
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'shift': 0 | shift must be above 0, got 0",
                "'shift': -1.5 | -1.5",
                "'base_image_seq_len': 99, 'max_image_seq_len': 99 | are both 99",
                "'time_shift_type': 'cubic' | time_shift_type",
                "'shift_terminal': 0.1 | shift_terminal",
                "'use_beta_sigmas': true | use_beta_sigmas",
                "'invert_sigmas': true | invert_sigmas",
                "'stochastic_sampling': true | stochastic_sampling",
                "'num_train_timesteps': 0 | num_train_timesteps"
            })
    void whatIsWrongInAFileIsNamed(String fields, String what) {
        assertThatThrownBy(() -> read(fields, FlowSpacing.EVEN))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("scheduler_config.json")
                .hasMessageContaining(what);
    }

    private FlowSchedule read(String fields, FlowSpacing spacing) {
        Path file = folder.resolve("scheduler_config.json");
        try {
            Files.writeString(
                    file, "{\"_class_name\": \"FlowMatchEulerDiscreteScheduler\", " + fields.replace('\'', '"') + "}");
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
        return FlowSchedule.read(file, spacing);
    }
}
