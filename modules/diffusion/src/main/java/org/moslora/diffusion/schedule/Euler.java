package org.moslora.diffusion.schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Euler's method on the probability flow, algorithm 2 of Karras and others, arXiv 2206.00364, without churn. Samples
 * are x₀ + σ·ε and are scaled down to unit variance for the model.
 *
 * @param karras whether the levels are spaced as in that paper
 * @param least the lowest level of such a spacing, if it is set
 * @param most the highest
 * @param endsAtLeast whether the last step ends at the lowest level of training instead of 0
 */
record Euler(Noising noising, boolean karras, OptionalDouble least, OptionalDouble most, boolean endsAtLeast)
        implements Solver {

    @Override
    public Trajectory solve(int count, int start) {
        NoiseLevels levels = levels(count);
        float[] sigmas = levels.sigmas();
        List<SamplingStep> steps = new ArrayList<>();
        for (int i = start; i < levels.timesteps().length; i++) {
            steps.add(moved(noising.prediction(), sigmas[i], sigmas[i + 1] - sigmas[i])
                    .step(levels.timesteps()[i], inputScale(sigmas[i])));
        }
        return new Trajectory(fromNoise(noising.spacing(), sigmas), new Blend(1, sigmas[start]), steps);
    }

    private NoiseLevels levels(int count) {
        float[] table = noising.table().sigmas();
        double[] timesteps = singles(noising.spacing().of(table.length, count, noising.offset()));
        double[] sigmas = NoiseLevels.at(table, timesteps);
        if (karras) {
            sigmas = NoiseLevels.karras(most.orElse(sigmas[0]), least.orElse(sigmas[sigmas.length - 1]), sigmas.length);
            timesteps = singles(NoiseLevels.timestepsOf(sigmas, table));
        }
        return NoiseLevels.of(sigmas, endsAtLeast ? table[0] : 0, timesteps);
    }

    static double[] singles(double[] values) {
        double[] rounded = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            rounded[i] = (float) values[i];
        }
        return rounded;
    }

    static double inputScale(float sigma) {
        return 1.0 / Numeric.sqrt(sigma * sigma + 1);
    }

    /** Leading timesteps start below the most noise, where the sample already holds some of the picture. */
    static double fromNoise(Spacing spacing, float[] sigmas) {
        float most = sigmas[0];
        for (float sigma : sigmas) {
            most = Math.max(most, sigma);
        }
        return spacing == Spacing.LEADING ? Numeric.sqrt(most * most + 1) : most;
    }

    /** x + (x − x₀)/σ · change. */
    static Combination moved(Prediction prediction, float sigma, float change) {
        Estimate clean = switch (prediction) {
            case EPSILON -> new Estimate(1, -sigma);
            case VELOCITY -> new Estimate(1 / (double) (sigma * sigma + 1), -sigma / Numeric.sqrt(sigma * sigma + 1));
            case SAMPLE -> new Estimate(0, 1);
        };
        double rate = (double) change / sigma;
        return new Combination().sample(0, 1 + rate).estimate(0, clean, -rate);
    }
}
