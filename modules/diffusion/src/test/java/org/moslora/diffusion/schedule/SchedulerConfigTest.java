package org.moslora.diffusion.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.problems.InvalidInput;

class SchedulerConfigTest {
    private static final String EULER =
            "{\"_class_name\": \"EulerDiscreteScheduler\", \"prediction_type\": \"epsilon\","
                    + " \"beta_start\": 0.00085, \"beta_end\": 0.012, \"beta_schedule\": \"scaled_linear\","
                    + " \"steps_offset\": 0, \"clip_sample\": true, \"lambda_min_clipped\": -Infinity, \"trained_betas\": null}";

    @TempDir
    Path folder;

    @Test
    void anUnknownClassNamesTheKnownOnes() {
        assertThatThrownBy(() -> config("{\"_class_name\": \"HeunDiscreteScheduler\"}"))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("HeunDiscreteScheduler")
                .hasMessageContaining("EulerDiscreteScheduler")
                .hasMessageContaining("LCMScheduler");
        assertThatThrownBy(() -> config("{}")).hasMessageContaining("_class_name");
    }

    @Test
    void anUnknownNameNamesTheNearest() {
        assertThatThrownBy(() -> SchedulerName.named("--scheduler", "eulr"))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("eulr")
                .hasMessageContaining("euler");
        assertThatThrownBy(() -> SchedulerName.named("--scheduler", "something-else"))
                .hasMessageContaining("dpmpp-2m-karras");
    }

    @Test
    void everyProblemOfAFileIsTold() {
        String file = "{\"_class_name\": \"DDIMScheduler\", \"beta_schedule\": \"lineal\", \"thresholding\": true,"
                + " \"steps_offset\": -1, \"prediction_type\": \"flow_prediction\", \"clip_sample\": \"no\"}";
        assertThatThrownBy(() -> config(file).scheduler())
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("lineal")
                .hasMessageContaining("thresholding")
                .hasMessageContaining("steps_offset")
                .hasMessageContaining("flow_prediction")
                .hasMessageContaining("clip_sample");
    }

    @Test
    void whatIsNotComputedIsRefusedByName() {
        for (String field : List.of(
                "\"use_beta_sigmas\": true",
                "\"timestep_type\": \"continuous\"",
                "\"interpolation_type\": \"log_linear\"")) {
            assertThatThrownBy(() -> config("{\"_class_name\": \"EulerDiscreteScheduler\", " + field + "}")
                            .scheduler())
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageContaining(field.substring(1, field.indexOf('"', 1)));
        }
        assertThatThrownBy(() -> config(EULER.replace("null", "null, \"algorithm_type\": \"sde-dpmsolver++\""))
                        .scheduler(SchedulerName.DPMPP_2M))
                .hasMessageContaining("sde-dpmsolver++");
    }

    @Test
    void countsOfStepsHaveLimits() {
        Scheduler scheduler = config(EULER).scheduler();
        assertThatThrownBy(() -> scheduler.plan(0))
                .hasMessageContaining("steps")
                .hasMessageContaining("0");
        assertThatThrownBy(() -> scheduler.plan(1001)).hasMessageContaining("1001");
        assertThatThrownBy(() -> scheduler.plan(10, 0)).hasMessageContaining("strength");
        assertThatThrownBy(() -> scheduler.plan(10, 1.5)).hasMessageContaining("1.5");
        assertThatThrownBy(() -> scheduler.plan(10, 0.05)).hasMessageContaining("0.05");
        assertThatThrownBy(() -> config(EULER).scheduler(SchedulerName.LCM).plan(51))
                .hasMessageContaining("50");
        assertThatThrownBy(() -> config(EULER.replace("\"steps_offset\": 0", "\"steps_offset\": 1"))
                        .scheduler(SchedulerName.DDIM)
                        .plan(1000))
                .hasMessageContaining("1000");
        assertThat(scheduler.plan(1000).steps()).hasSize(1000);
    }

    @Test
    void noiseWithoutSignalNeedsVelocities() {
        String file = "{\"_class_name\": \"DDIMScheduler\", \"rescale_betas_zero_snr\": true,"
                + " \"timestep_spacing\": \"trailing\", \"clip_sample\": false}";
        assertThatThrownBy(() -> config(file).scheduler().plan(5))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("v_prediction");
        assertThat(config(file)
                        .withPrediction(Prediction.VELOCITY)
                        .scheduler()
                        .plan(5)
                        .steps())
                .hasSize(5);
    }

    @Test
    void outdatedFilesAreAmendedAsPipelinesDo() {
        SchedulerConfig amended = config(EULER).amended();
        assertThat(amended.scheduler(SchedulerName.DDIM).plan(10).steps().get(0).timestep())
                .isEqualTo(901);
        assertThat(amended.scheduler(SchedulerName.DDIM).plan(10).steps().get(0).clip())
                .isNull();
        assertThat(config(EULER)
                        .scheduler(SchedulerName.DDIM)
                        .plan(10)
                        .steps()
                        .get(0)
                        .clip())
                .isNotNull();
    }

    @Test
    void aFileThatAsksForKarrasIsKnownByThatName() {
        String file = EULER.replace("EulerDiscrete", "DPMSolverMultistep")
                .replace("null", "null, \"use_karras_sigmas\": true");
        assertThat(config(file).own()).isEqualTo(SchedulerName.DPMPP_2M_KARRAS);
        assertThat(config(EULER).own()).isEqualTo(SchedulerName.EULER);
    }

    @Test
    void singleFilesHaveTheirFamilysScheduler() {
        assertThat(SchedulerConfig.stableDiffusion(Prediction.EPSILON)
                        .scheduler()
                        .plan(20)
                        .steps())
                .hasSize(21);
        Scheduler xl = SchedulerConfig.stableDiffusionXl(Prediction.VELOCITY).scheduler();
        assertThat(xl.name()).isEqualTo(SchedulerName.EULER);
        assertThat(xl.prediction()).isEqualTo(Prediction.VELOCITY);
        assertThat(xl.plan(20).fromNoise()).isCloseTo(11.0735807, org.assertj.core.data.Offset.offset(1e-5));
    }

    @Test
    void absentAndBrokenFilesAreNamed() throws IOException {
        Path file = folder.resolve("scheduler_config.json");
        assertThatThrownBy(() -> SchedulerConfig.read(file)).hasMessageContaining("scheduler_config.json");
        Files.writeString(file, "{\"_class_name\": ");
        assertThatThrownBy(() -> SchedulerConfig.read(file)).isInstanceOf(InvalidInput.class);
        Files.writeString(file, "[]");
        assertThatThrownBy(() -> SchedulerConfig.read(file)).isInstanceOf(InvalidInput.class);
    }

    /** {@code -Dtests.seed=N} repeats one sequence. */
    @Test
    void mutationsAreReadOrRefused() {
        long seed = Long.getLong("tests.seed", System.nanoTime());
        Random random = new Random(seed);
        String[] splices = {"\"", "{", "}", "[", "]", ",", ":", "0", "-1", "1e99", "null", "true", "NaN", "[1]"};
        for (int i = 0; i < 2000; i++) {
            StringBuilder text = new StringBuilder(EULER);
            for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
                int at = random.nextInt(text.length());
                text.replace(
                        at, Math.min(text.length(), at + random.nextInt(6)), splices[random.nextInt(splices.length)]);
            }
            try {
                config(text.toString())
                        .scheduler(SchedulerName.values()[random.nextInt(8)])
                        .plan(3);
            } catch (InvalidInput refused) {
                assertThat(refused.problems()).isNotEmpty();
            } catch (RuntimeException other) {
                throw new AssertionError("mutation " + i + " of tests.seed=" + seed + ": " + text, other);
            }
        }
    }

    private static SchedulerConfig config(String text) {
        return SchedulerConfig.parse("scheduler_config.json", text);
    }
}
