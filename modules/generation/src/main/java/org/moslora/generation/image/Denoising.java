package org.moslora.generation.image;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.moslora.diffusion.schedule.PlainSampler;
import org.moslora.diffusion.schedule.SamplingStep;
import org.moslora.diffusion.schedule.Trajectory;

/** The way from noise to latents, for a batch of like pictures. */
final class Denoising {
    private final Trajectory trajectory;
    private final LatentShape shape;
    private final List<ImageJob> jobs;
    private final boolean guided;
    private final List<ImageNoise> noises = new ArrayList<>();
    private final List<PlainSampler> samplers = new ArrayList<>();

    /**
     * Gets ready.
     *
     * @param source of the noise
     * @param images for each picture how it is encoded, given noise, or nothing to start from noise alone
     */
    Denoising(
            NoiseSource source, Trajectory trajectory, LatentShape shape, List<ImageJob> jobs, List<Encoding> images) {
        this.trajectory = trajectory;
        this.shape = shape;
        this.jobs = jobs;
        this.guided = jobs.get(0).guided();
        int later = (int)
                trajectory.steps().stream().filter(step -> step.noise() != 0).count();
        for (int i = 0; i < jobs.size(); i++) {
            ImageNoise noise = ImageNoise.of(source, jobs.get(i).seed(), later + (images.isEmpty() ? 1 : 2), shape);
            noises.add(noise);
            float[] first = images.isEmpty()
                    ? mixed(trajectory.fromNoise(), noise.next(), 0, new float[shape.size()])
                    : blended(noise, images.get(i));
            samplers.add(new PlainSampler(trajectory, first));
        }
    }

    /** Latents of a picture, given the noise that chooses among those that stand for it. */
    @FunctionalInterface
    interface Encoding {
        float[] latents(float[] noise);
    }

    // The picture's own draw comes before that of the noise on it, as in diffusers.
    private float[] blended(ImageNoise noise, Encoding image) {
        float[] latents = image.latents(noise.next());
        return mixed(
                trajectory.fromImage().noise(),
                noise.next(),
                trajectory.fromImage().image(),
                latents);
    }

    /**
     * Takes all steps.
     *
     * @param conditions a row for each picture; with guidance first a row for each one's negative prompt
     * @param stepped told after every step
     * @return each picture's latents
     */
    List<float[]> run(Denoiser denoiser, Conditions conditions, Runnable stepped) {
        try (Denoiser.Session session = denoiser.open(conditions)) {
            for (SamplingStep step : trajectory.steps()) {
                float[] answers = session.answer(inputs(), step.timestep());
                for (int i = 0; i < jobs.size(); i++) {
                    float[] noise =
                            step.noise() == 0 ? new float[0] : noises.get(i).next();
                    samplers.get(i).take(answer(answers, i), noise);
                }
                stepped.run();
            }
        }
        return samplers.stream().map(PlainSampler::sample).toList();
    }

    private float[] inputs() {
        int size = shape.size();
        float[] rows = new float[size * jobs.size() * (guided ? 2 : 1)];
        for (int i = 0; i < jobs.size(); i++) {
            float[] input = samplers.get(i).input();
            System.arraycopy(input, 0, rows, i * size, size);
            if (guided) {
                System.arraycopy(input, 0, rows, (jobs.size() + i) * size, size);
            }
        }
        return rows;
    }

    /** One picture's answer; with guidance u + s·(t − u) of its two rows (Ho and Salimans, arXiv 2207.12598). */
    private float[] answer(float[] answers, int picture) {
        int size = shape.size();
        float[] answer = new float[size];
        int plain = picture * size;
        if (!guided) {
            System.arraycopy(answers, plain, answer, 0, size);
            return answer;
        }
        int worded = (jobs.size() + picture) * size;
        float scale = (float) jobs.get(picture).guidance().weight();
        for (int i = 0; i < size; i++) {
            answer[i] = answers[plain + i] + scale * (answers[worded + i] - answers[plain + i]);
        }
        return answer;
    }

    private static float[] mixed(double a, float[] x, double b, float[] y) {
        float[] mixed = new float[x.length];
        for (int i = 0; i < mixed.length; i++) {
            mixed[i] = (float) (a * x[i]) + (float) (b * y[i]);
        }
        return mixed;
    }

    /** No picture to start from. */
    static List<Encoding> noImages() {
        return Collections.emptyList();
    }
}
