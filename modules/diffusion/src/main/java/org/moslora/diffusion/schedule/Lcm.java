package org.moslora.diffusion.schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.moslora.problems.InvalidInput;

/**
 * Luo and others, "Latent Consistency Models", arXiv 2310.04378: each call estimates the clean sample, which gets noise
 * again but for the last one.
 *
 * @param original steps of the distillation, of which those of a run are a part
 * @param scaling how fast the boundary condition lets go of the sample
 */
record Lcm(Noising noising, OptionalDouble clip, boolean endsClean, int original, double scaling) implements Solver {
    private static final float DATA_DEVIATION_SQUARED = 0.25f;

    @Override
    public Trajectory solve(int count, int start) {
        if (count > original) {
            throw new InvalidInput(
                    "steps",
                    String.format(
                            "must be at most %d for lcm (original_inference_steps), got %d; 4 to 8 are usual",
                            original, count));
        }
        int[] timesteps = timesteps(count);
        List<SamplingStep> steps = new ArrayList<>();
        for (int i = start; i < timesteps.length; i++) {
            steps.add(step(timesteps[i], i + 1 < timesteps.length ? timesteps[i + 1] : timesteps[i], i == count - 1));
        }
        return new Trajectory(1, noising.blend(timesteps[start]), steps);
    }

    private int[] timesteps(int count) {
        int[] timesteps = new int[count];
        int ratio = noising.table().timesteps() / original;
        for (int i = 0; i < count; i++) {
            int index = (int) Math.floor(i * ((double) original / count));
            timesteps[i] = (original - index) * ratio - 1;
        }
        return timesteps;
    }

    private SamplingStep step(int timestep, int next, boolean last) {
        float alpha = noising.table().alpha(timestep);
        float scaled = (float) (timestep * scaling);
        float square = scaled * scaled + DATA_DEVIATION_SQUARED;
        float keep = DATA_DEVIATION_SQUARED / square;
        float take = scaled / Numeric.sqrt(square);
        float alphaNext = noising.alphaAt(next, endsClean);
        double weight = last ? 1 : Numeric.sqrt(alphaNext);
        Estimate clean = Estimate.clean(noising.prediction(), Numeric.sqrt(alpha), Numeric.sqrt(1 - alpha));
        return new Combination()
                .clipped(clean, weight * take, clip)
                .sample(0, weight * keep)
                .noise(last ? 0 : Numeric.sqrt(1 - alphaNext))
                .step(timestep, 1);
    }
}
