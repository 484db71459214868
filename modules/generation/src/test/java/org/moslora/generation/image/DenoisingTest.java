package org.moslora.generation.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.moslora.diffusion.schedule.PlainSampler;
import org.moslora.diffusion.schedule.Prediction;
import org.moslora.diffusion.schedule.SchedulerConfig;
import org.moslora.diffusion.schedule.SchedulerName;
import org.moslora.diffusion.schedule.Trajectory;
import org.moslora.layers.Engine;

class DenoisingTest {
    private static final LatentShape SHAPE = new LatentShape(1, 2, 2);
    private static final SchedulerConfig CONFIG = SchedulerConfig.stableDiffusion(Prediction.EPSILON);

    @BeforeAll
    static void start() {
        Engine.start(1);
    }

    /** Answers the row's own word plus half of the sample. */
    private record Stub(List<Integer> rows) implements Denoiser {
        @Override
        public Session open(Conditions conditions) {
            rows.add(conditions.words().size());
            return new Session() {
                @Override
                public float[] answer(float[] samples, double timestep) {
                    float[] answers = new float[samples.length];
                    for (int i = 0; i < answers.length; i++) {
                        float word = conditions.words().get(i / SHAPE.size()).states()[0];
                        answers[i] = word + samples[i] / 2;
                    }
                    return answers;
                }

                @Override
                public void close() {}
            };
        }
    }

    private static ImageJob job(SchedulerName scheduler, long seed, double guidance, ImageJob.@Nullable Start start) {
        return new ImageJob("p", "n", seed, 4, Guidance.free(guidance), scheduler, 16, 16, TextReading.PLAIN, start);
    }

    private static Conditions conditions(float... words) {
        List<PromptEmbedding> all = new ArrayList<>();
        for (float word : words) {
            all.add(new PromptEmbedding(new float[] {word}, null));
        }
        return new Conditions(SHAPE, all, List.of(), List.of());
    }

    private static List<float[]> run(List<ImageJob> jobs, Conditions conditions) {
        Trajectory trajectory =
                jobs.get(0).trajectory(CONFIG.scheduler(jobs.get(0).scheduler()));
        return new Denoising(new TorchNoise(), trajectory, SHAPE, jobs, List.of())
                .run(new Stub(new ArrayList<>()), conditions, () -> {});
    }

    @ParameterizedTest
    @EnumSource(value = SchedulerName.class, mode = EnumSource.Mode.EXCLUDE, names = "FLOW_EULER")
    void aBatchIsItsPicturesOnTheirOwn(SchedulerName scheduler) {
        ImageJob first = job(scheduler, 3, 1, null);
        ImageJob second = job(scheduler, 4, 1, null);
        List<float[]> both = run(List.of(first, second), conditions(0.1f, 0.2f));
        assertThat(both.get(0)).isEqualTo(run(List.of(first), conditions(0.1f)).get(0));
        assertThat(both.get(1)).isEqualTo(run(List.of(second), conditions(0.2f)).get(0));
        assertThat(both.get(0)).isNotEqualTo(both.get(1));
    }

    @Test
    void guidanceGoesPastTheAnswerToTheWordsFromThatToTheNegativeOnes() {
        ImageJob guided = job(SchedulerName.EULER, 3, 3, null);
        float[] actual = run(List.of(guided), conditions(0.1f, 0.2f)).get(0);
        // u + 3·(t − u) with both rows alike but for their words
        float[] expected = run(List.of(job(SchedulerName.EULER, 3, 1, null)), conditions(0.1f + 3 * 0.1f))
                .get(0);
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).isCloseTo(expected[i], within(1e-4f));
        }
    }

    @Test
    void eachPictureHasItsOwnGuidanceAndNegativeWordsComeFirst() {
        List<Integer> rows = new ArrayList<>();
        List<ImageJob> jobs = List.of(job(SchedulerName.DDIM, 3, 3, null), job(SchedulerName.DDIM, 4, 2, null));
        Trajectory trajectory = jobs.get(0).trajectory(CONFIG.scheduler(SchedulerName.DDIM));
        List<float[]> both = new Denoising(new TorchNoise(), trajectory, SHAPE, jobs, List.of())
                .run(new Stub(rows), conditions(0.1f, 0.3f, 0.2f, 0.4f), () -> {});
        assertThat(rows).containsExactly(4);
        assertThat(both.get(1))
                .isEqualTo(run(List.of(jobs.get(1)), conditions(0.3f, 0.4f)).get(0));
    }

    @Test
    void aPictureToStartFromIsDrawnBeforeTheNoiseOnIt() {
        ImageJob job = job(SchedulerName.DDIM, 5, 1, new ImageJob.Start(Path.of("x.png"), 0.5));
        Trajectory trajectory = job.trajectory(CONFIG.scheduler(SchedulerName.DDIM));
        ImageNoise noise = ImageNoise.of(new TorchNoise(), 5, 2, SHAPE);
        float[] own = noise.next();
        float[] added = noise.next();
        float[] first = new float[SHAPE.size()];
        for (int i = 0; i < first.length; i++) {
            first[i] = (float) (trajectory.fromImage().noise() * added[i])
                    + (float) (trajectory.fromImage().image() * 2 * own[i]);
        }
        PlainSampler sampler = new PlainSampler(trajectory, first);
        while (!sampler.done()) {
            float[] input = sampler.input();
            for (int i = 0; i < input.length; i++) {
                input[i] = 0.1f + input[i] / 2;
            }
            sampler.take(input, new float[0]);
        }
        List<float[]> actual = new Denoising(
                        new TorchNoise(), trajectory, SHAPE, List.of(job), List.of(draw -> doubled(draw)))
                .run(new Stub(new ArrayList<>()), conditions(0.1f), () -> {});
        assertThat(actual.get(0)).isEqualTo(sampler.sample());
    }

    private static float[] doubled(float[] values) {
        float[] doubled = new float[values.length];
        for (int i = 0; i < doubled.length; i++) {
            doubled[i] = 2 * values[i];
        }
        return doubled;
    }

    @Test
    void noiseIsWhatPyTorchDrawsFromAGeneratorOfTheSeed() {
        ImageNoise noise = ImageNoise.of(new TorchNoise(), 7, 2, new LatentShape(4, 2, 2));
        // torch.Generator().manual_seed(7), torch.randn(1, 4, 2, 2, generator=…) twice
        assertThat(noise.next()).startsWith(-0.8201345205307007f, 0.39563116431236267f, 0.8989084959030151f);
        assertThat(noise.next()).startsWith(-1.5826646089553833f, -0.32456663250923157f, 1.9263681173324585f);
    }
}
