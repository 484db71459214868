package org.moslora.diffusion.schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Song, Meng and Ermon, "Denoising Diffusion Implicit Models", arXiv 2010.02502, equation 12 with η = 0: the clean
 * sample and the noise are estimated, and put together again at the next noise level.
 */
record Ddim(Noising noising, OptionalDouble clip, boolean endsClean) implements Solver {
    @Override
    public Trajectory solve(int count, int start) {
        int[] timesteps = noising.timesteps(count);
        List<SamplingStep> steps = new ArrayList<>();
        for (int i = start; i < timesteps.length; i++) {
            steps.add(step(timesteps[i], noising.table().timesteps() / count));
        }
        return new Trajectory(1, noising.blend(timesteps[start]), steps);
    }

    private SamplingStep step(int timestep, int ratio) {
        float alpha = noising.table().alpha(timestep);
        float next = noising.alphaAt(timestep - ratio, endsClean);
        float signal = Numeric.sqrt(alpha);
        float noise = Numeric.sqrt(1 - alpha);
        return new Combination()
                .clipped(Estimate.clean(noising.prediction(), signal, noise), Numeric.sqrt(next), clip)
                .estimate(0, Estimate.noise(noising.prediction(), signal, noise), Numeric.sqrt(1 - next))
                .step(timestep, 1);
    }
}
