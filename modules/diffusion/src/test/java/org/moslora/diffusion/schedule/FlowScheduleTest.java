package org.moslora.diffusion.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.problems.InvalidInput;

/** Noise levels of models trained by flow matching, against diffusers 0.42.1. */
class FlowScheduleTest {
    @TempDir
    Path folder;

    private FlowSchedule read(String fields, FlowSpacing spacing) {
        try {
            Path file = folder.resolve("scheduler_config.json");
            Files.writeString(file, "{\"_class_name\": \"FlowMatchEulerDiscreteScheduler\"" + fields + "}");
            return FlowSchedule.read(file, spacing);
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** Levels from their differences, which are the weights of answers, down to nothing. */
    private static List<Double> levels(Trajectory trajectory) {
        List<Double> levels = new ArrayList<>();
        double level = 0;
        for (int i = trajectory.steps().size() - 1; i >= 0; i--) {
            level -= trajectory.steps().get(i).outputs()[0];
            levels.add(0, level);
        }
        return levels;
    }

    private static void assertLevels(Trajectory actual, double... expected) {
        List<Double> levels = levels(actual);
        assertThat(levels).hasSize(expected.length);
        for (int i = 0; i < expected.length; i++) {
            assertThat(levels.get(i)).isCloseTo(expected[i], within(2e-7));
            assertThat(actual.steps().get(i).timestep()).isCloseTo(1000 * expected[i], within(2e-4));
        }
    }

    @Test
    void aStaticShiftIsTheSameForAllPictures() {
        FlowSchedule schedule = read(", \"shift\": 3.0", FlowSpacing.EVEN);
        Scheduler scheduler = schedule.scheduler(SchedulerName.FLOW_EULER, 99);
        assertLevels(scheduler.plan(4), 1, 0.8999999761581421, 0.75, 0.5);
        float[] training = schedule.training();
        assertThat(training).hasSize(1000);
        assertThat(training[1]).isCloseTo(0.9996663928031921f, within(1e-7f));
        assertThat(training[999]).isCloseTo(0.002994012087583542f, within(1e-9f));
        assertThat(schedule.level(0)).isEqualTo(training[0]);
        assertThat(schedule.level(0.5f)).isEqualTo(training[500]);
        assertThat(schedule.level(1)).as("which some ways to draw come to").isEqualTo(training[999]);
    }

    @Test
    void aDynamicOneGoesByTokensAndStepsAndNotInTraining() {
        String dynamic = ", \"use_dynamic_shifting\": true, \"shift\": 3.0";
        FlowSchedule measured = read(dynamic, FlowSpacing.EVEN_MEASURED);
        assertLevels(
                measured.scheduler(SchedulerName.FLOW_EULER, 99).plan(4),
                1,
                0.954819917678833,
                0.8756923079490662,
                0.7013306021690369);
        assertLevels(
                measured.scheduler(SchedulerName.FLOW_EULER, 5000).plan(4),
                1,
                0.9169514775276184,
                0.786342203617096,
                0.5509238839149475);
        assertLevels(
                read(dynamic, FlowSpacing.EVEN)
                        .scheduler(SchedulerName.FLOW_EULER, 1024)
                        .plan(4),
                1,
                0.8492348194122314,
                0.652489423751831,
                0.38494473695755005);
        assertThat(measured.training()[500]).isEqualTo(0.5f);
    }

    @Test
    void aPictureToStartFromIsBlendedAtItsLevel() {
        Trajectory rest = read("", FlowSpacing.EVEN)
                .scheduler(SchedulerName.FLOW_EULER, 16)
                .plan(4, 0.5);
        assertThat(rest.steps()).hasSize(2);
        assertThat(rest.fromImage()).isEqualTo(new Blend(0.5, 0.5));
    }

    @Test
    void otherSchedulersAndWhatIsNotComputedAreRefusedByName() {
        FlowSchedule schedule = read("", FlowSpacing.EVEN);
        assertThatThrownBy(() -> schedule.scheduler(SchedulerName.DDIM, 16))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("ddim")
                .hasMessageContaining("flow-euler");
        assertThatThrownBy(() -> read(", \"use_karras_sigmas\": true", FlowSpacing.EVEN))
                .hasMessageContaining("use_karras_sigmas");
        assertThatThrownBy(
                        () -> schedule.scheduler(SchedulerName.FLOW_EULER, 16).plan(1001))
                .hasMessageContaining("1001");
        SchedulerConfig noise = SchedulerConfig.stableDiffusion(Prediction.EPSILON);
        assertThatThrownBy(() -> noise.scheduler(SchedulerName.FLOW_EULER, 16))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("flow-euler")
                .hasMessageContaining("ddim");
    }
}
