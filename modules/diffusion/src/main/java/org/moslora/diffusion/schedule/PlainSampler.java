package org.moslora.diffusion.schedule;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Runs a trajectory on plain arrays, for engines that hand out their numbers as such. Keeps the samples and outputs
 * that later steps look back at. Not thread-safe.
 */
public final class PlainSampler {
    private final Trajectory trajectory;
    private final Deque<float[]> samples = new ArrayDeque<>();
    private final Deque<float[]> outputs = new ArrayDeque<>();
    private int next;

    /**
     * Starts a run.
     *
     * @param first the first sample, as {@link Trajectory#fromNoise} or {@link Trajectory#fromImage} makes it
     */
    public PlainSampler(Trajectory trajectory, float[] first) {
        this.trajectory = trajectory;
        samples.addFirst(first.clone());
    }

    /** The step that is to be taken next. */
    public SamplingStep step() {
        return trajectory.steps().get(next);
    }

    /** Whether no step is left. */
    public boolean done() {
        return next == trajectory.steps().size();
    }

    /** The sample as it is now. */
    public float[] sample() {
        return samples.getFirst().clone();
    }

    /** The sample as the model is to see it. */
    public float[] input() {
        double[] input = new double[samples.getFirst().length];
        add(input, samples.getFirst(), step().inputScale());
        return rounded(input);
    }

    /**
     * Takes the step.
     *
     * @param output the model's answer
     * @param noise fresh normal noise; looked at only if {@link SamplingStep#noise} is not 0
     */
    public void take(float[] output, float[] noise) {
        SamplingStep step = step();
        outputs.addFirst(output.clone());
        double[] sum = new double[output.length];
        addAll(sum, samples, step.samples());
        addAll(sum, outputs, step.outputs());
        if (step.noise() != 0) {
            add(sum, noise, step.noise());
        }
        SampleClipping clip = step.clip();
        if (clip != null) {
            addClipped(sum, clip);
        }
        samples.addFirst(rounded(sum));
        if (outputs.size() > trajectory.memory()) {
            outputs.removeLast();
            samples.removeLast();
        }
        next++;
    }

    private void addClipped(double[] sum, SampleClipping clip) {
        float[] sample = samples.getFirst();
        float[] output = outputs.getFirst();
        for (int i = 0; i < sum.length; i++) {
            double clean = clip.sample() * sample[i] + clip.output() * output[i];
            sum[i] += clip.weight() * Math.max(-clip.limit(), Math.min(clip.limit(), clean));
        }
    }

    private static void addAll(double[] sum, Deque<float[]> parts, double[] weights) {
        List<float[]> newestFirst = new ArrayList<>(parts);
        for (int i = 0; i < weights.length; i++) {
            add(sum, newestFirst.get(i), weights[i]);
        }
    }

    private static void add(double[] sum, float[] part, double weight) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += weight * part[i];
        }
    }

    /** Sums are rounded once: where x is many times y, each rounding more is noise that some models enlarge. */
    private static float[] rounded(double[] sum) {
        float[] rounded = new float[sum.length];
        for (int i = 0; i < sum.length; i++) {
            rounded[i] = (float) sum[i];
        }
        return rounded;
    }
}
