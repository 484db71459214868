package org.moslora.diffusion.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for samplers whatever their formulas are. */
class SchedulerLawsTest {
    private static final float[] PICTURE = {0.5f, -0.75f, 0.25f, 0.9f};
    private static final float[] NOISE = {1.5f, 0.25f, -1, -2.25f};

    /** Noise that is known is taken off whole: by methods without noise of their own, in however many steps. */
    @ParameterizedTest
    @CsvSource({
        "ddim, leading, 0.7", "ddim, trailing, 0.7", "pndm, leading, 1",
        "euler, leading, 0.7", "euler, trailing, 0.7", "euler, linspace, 0.7",
        "dpmpp-2m, leading, 0.7", "dpmpp-2m, trailing, 0.7", "dpmpp-2m, linspace, 0.7",
        "dpmpp-2m-karras, leading, 0.7"
    })
    void whoKnowsTheNoiseGetsThePicture(String name, String spacing, double strength) {
        for (int steps : new int[] {4, 10, 20}) {
            Trajectory plan = scheduler(name, spacing, "epsilon").plan(steps, strength);
            PlainSampler sampler = new PlainSampler(plan, blended(plan.fromImage()));
            while (!sampler.done()) {
                assertThat(sampler.step().noise()).isZero();
                sampler.take(NOISE, new float[4]);
            }
            assertThat(sampler.sample()).containsExactly(PICTURE, within(2e-4f));
        }
    }

    /** Those that put noise back get there too, if they are told what is there now. */
    @ParameterizedTest
    @CsvSource({
        "ddpm, epsilon",
        "ddpm, v_prediction",
        "ddpm, sample",
        "euler-a, epsilon",
        "euler-a, v_prediction",
        "ddim, v_prediction",
        "ddim, sample",
        "euler, v_prediction",
        "dpmpp-2m, v_prediction",
        "dpmpp-2m, sample"
    })
    void whoIsToldWhatIsThereGetsThePicture(String name, String prediction) {
        Scheduler scheduler = scheduler(name, "leading", prediction);
        ForwardProcess process = config(prediction, "leading").training();
        Trajectory plan = scheduler.plan(12, 0.7);
        PlainSampler sampler = new PlainSampler(plan, blended(plan.fromImage()));
        for (int draw = 0; !sampler.done(); draw++) {
            int timestep = (int) sampler.step().timestep();
            float[] answer = answer(sampler.input(), process.add(timestep), process.target(timestep));
            sampler.take(answer, new float[] {draw % 3 - 1, 0.5f, -0.25f * draw, 1});
        }
        assertThat(sampler.sample()).containsExactly(PICTURE, within(5e-4f));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ddim", "pndm", "euler", "euler-a", "dpmpp-2m", "dpmpp-2m-karras", "ddpm", "lcm"})
    void timesFallAndTheLastStepPutsNoNoiseBack(String name) {
        for (String spacing : Spacing.SPELLINGS) {
            List<SamplingStep> steps =
                    scheduler(name, spacing, "epsilon").plan(10).steps();
            for (int i = 1; i < steps.size(); i++) {
                assertThat(steps.get(i).timestep())
                        .isLessThanOrEqualTo(steps.get(i - 1).timestep());
            }
            SamplingStep last = steps.get(steps.size() - 1);
            if (!name.equals("ddpm")) {
                assertThat(last.noise()).isZero();
            }
            assertThat(steps).allMatch(SamplingStep::finite);
            assertThat(last.timestep()).isNotNegative();
        }
    }

    /** Where a step looks at nothing but the present, a part of the way is the end of the whole. */
    @ParameterizedTest
    @ValueSource(strings = {"ddim", "euler", "euler-a", "ddpm"})
    void theRestOfAWayIsTheEndOfTheWhole(String name) {
        Scheduler scheduler = scheduler(name, "leading", "epsilon");
        Trajectory whole = scheduler.plan(10);
        Trajectory rest = scheduler.plan(10, 0.3);
        assertThat(rest.steps()).hasSize(3);
        for (int i = 0; i < 3; i++) {
            same(rest.steps().get(i), whole.steps().get(7 + i));
        }
    }

    @Test
    void aPlanIsTheSameHoweverOftenItIsMade() {
        for (String name : SchedulerName.spellingsOfNoise()) {
            Scheduler scheduler = scheduler(name, "trailing", "epsilon");
            List<SamplingStep> once = scheduler.plan(8).steps();
            List<SamplingStep> again = scheduler.plan(8).steps();
            for (int i = 0; i < once.size(); i++) {
                same(once.get(i), again.get(i));
            }
        }
    }

    /** What a sampler was given or has given does not change under its hands. */
    @Test
    void aSamplerKeepsItsOwnArrays() {
        PlainSampler sampler =
                new PlainSampler(scheduler("dpmpp-2m", "leading", "epsilon").plan(5), NOISE);
        float[] answer = NOISE.clone();
        List<float[]> seen = new ArrayList<>();
        for (int i = 0; !sampler.done(); i++) {
            sampler.take(answer, new float[4]);
            seen.add(sampler.sample());
            sampler.sample()[0] = Float.NaN;
            answer[0] = 7;
            answer = NOISE.clone();
        }
        PlainSampler plain =
                new PlainSampler(scheduler("dpmpp-2m", "leading", "epsilon").plan(5), NOISE);
        for (float[] expected : seen) {
            plain.take(NOISE, new float[4]);
            assertThat(plain.sample()).containsExactly(expected);
        }
    }

    private static void same(SamplingStep actual, SamplingStep expected) {
        assertThat(actual.timestep()).isEqualTo(expected.timestep());
        assertThat(actual.inputScale()).isEqualTo(expected.inputScale());
        assertThat(actual.samples()).containsExactly(expected.samples());
        assertThat(actual.outputs()).containsExactly(expected.outputs());
        assertThat(actual.noise()).isEqualTo(expected.noise());
    }

    /** What the training process aims at, for the noise that now lies on the picture. */
    private static float[] answer(float[] input, Blend noisy, Blend target) {
        float[] answer = new float[input.length];
        for (int i = 0; i < answer.length; i++) {
            double noise = (input[i] - noisy.image() * PICTURE[i]) / noisy.noise();
            answer[i] = (float) (target.image() * PICTURE[i] + target.noise() * noise);
        }
        return answer;
    }

    private static float[] blended(Blend blend) {
        float[] first = new float[PICTURE.length];
        for (int i = 0; i < first.length; i++) {
            first[i] = (float) (blend.image() * PICTURE[i] + blend.noise() * NOISE[i]);
        }
        return first;
    }

    private static Scheduler scheduler(String name, String spacing, String prediction) {
        return config(prediction, spacing).scheduler(SchedulerName.named("test", name));
    }

    private static SchedulerConfig config(String prediction, String spacing) {
        return SchedulerConfig.parse("scheduler_config.json", """
                {"_class_name": "DDIMScheduler", "beta_start": 0.00085, "beta_end": 0.012, "clip_sample": false,
                 "beta_schedule": "scaled_linear", "set_alpha_to_one": true, "prediction_type": "%s",
                 "timestep_spacing": "%s"}
                """.formatted(prediction, spacing));
    }
}
