package org.moslora.diffusion.schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Ho, Jain and Abbeel, "Denoising Diffusion Probabilistic Models", arXiv 2006.11239, equations 6 and 7: the mean of the
 * posterior of the next sample, and noise of its variance.
 *
 * @param large whether the noise has the variance of the forward process instead
 */
record Ddpm(Noising noising, OptionalDouble clip, boolean large) implements Solver {
    /** Keeps logarithms of the variance finite, elsewhere. */
    private static final float LEAST_VARIANCE = 1e-20f;

    @Override
    public Trajectory solve(int count, int start) {
        int[] timesteps = noising.timesteps(count);
        List<SamplingStep> steps = new ArrayList<>();
        for (int i = start; i < timesteps.length; i++) {
            steps.add(step(timesteps[i], i + 1 < timesteps.length ? timesteps[i + 1] : -1));
        }
        return new Trajectory(1, noising.blend(timesteps[start]), steps);
    }

    private SamplingStep step(int timestep, int next) {
        float alpha = noising.table().alpha(timestep);
        float alphaNext = noising.alphaAt(next, true);
        float ratio = alpha / alphaNext;
        float beta = 1 - ratio;
        float rest = 1 - alpha;
        Estimate clean = Estimate.clean(noising.prediction(), Numeric.sqrt(alpha), Numeric.sqrt(rest));
        Combination sum = new Combination()
                .clipped(clean, Numeric.sqrt(alphaNext) * beta / rest, clip)
                .sample(0, Numeric.sqrt(ratio) * (1 - alphaNext) / rest);
        if (timestep > 0) {
            float small = Math.max(LEAST_VARIANCE, (1 - alphaNext) / rest * beta);
            sum.noise(Numeric.sqrt(large ? beta : small));
        }
        return sum.step(timestep, 1);
    }
}
