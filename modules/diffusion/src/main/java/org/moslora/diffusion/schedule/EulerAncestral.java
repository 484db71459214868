package org.moslora.diffusion.schedule;

import java.util.ArrayList;
import java.util.List;

/**
 * Euler steps that go below the next noise level and come back up with fresh noise, so that the variance is that of
 * ancestral sampling; from k-diffusion, which follows Song and others, arXiv 2011.13456.
 */
record EulerAncestral(Noising noising) implements Solver {
    @Override
    public Trajectory solve(int count, int start) {
        float[] table = noising.table().sigmas();
        double[] timesteps = Euler.singles(noising.spacing().of(table.length, count, noising.offset()));
        float[] sigmas =
                NoiseLevels.of(NoiseLevels.at(table, timesteps), 0, timesteps).sigmas();
        List<SamplingStep> steps = new ArrayList<>();
        for (int i = start; i < timesteps.length; i++) {
            steps.add(step(sigmas[i], sigmas[i + 1], timesteps[i]));
        }
        return new Trajectory(Euler.fromNoise(noising.spacing(), sigmas), new Blend(1, sigmas[start]), steps);
    }

    private SamplingStep step(float from, float to, double timestep) {
        float up = Numeric.sqrt(to * to * (from * from - to * to) / (from * from));
        float down = Numeric.sqrt(to * to - up * up);
        return Euler.moved(noising.prediction(), from, down - from).noise(up).step(timestep, Euler.inputScale(from));
    }
}
