package org.moslora.diffusion.schedule;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Lu and others, "DPM-Solver++", arXiv 2211.01095, multistep: the clean sample, estimated at up to three noise levels,
 * is integrated over the logarithm of the signal-to-noise ratio.
 */
record DpmSolver(Noising noising, Setting setting) implements Solver {

    /**
     * What the file sets for it.
     *
     * @param order 1 to 3
     * @param heun whether the second order's formula is Heun's instead of the midpoint rule
     * @param lowerFinal whether runs below 15 steps end in lower orders
     * @param eulerFinal whether the last step is of first order in any case
     * @param karras whether levels are spaced as Karras and others do
     * @param endsAtLeast whether the last step ends at the lowest level of training instead of 0
     * @param wholeTimesteps whether Karras timesteps are rounded
     * @param leastLambda log(α/σ) below which no timestep is taken
     */
    record Setting(
            int order,
            boolean heun,
            boolean lowerFinal,
            boolean eulerFinal,
            boolean karras,
            boolean endsAtLeast,
            boolean wholeTimesteps,
            double leastLambda) {}

    private static final int FEW = 15;

    @Override
    public Trajectory solve(int count, int start) {
        NoiseLevels levels = levels(count);
        int length = levels.timesteps().length;
        Point[] points = new Point[length + 1];
        for (int i = 0; i <= length; i++) {
            points[i] = Point.of(levels.sigmas()[i]);
        }
        List<SamplingStep> steps = new ArrayList<>();
        for (int i = start; i < length; i++) {
            int order = order(i, i - start, length);
            steps.add(step(points, i, order).step(levels.timesteps()[i], 1));
        }
        return new Trajectory(1, new Blend(points[start].signal, points[start].noise), steps);
    }

    private int order(int index, int known, int length) {
        boolean few = setting.lowerFinal() && length < FEW;
        if (index == length - 1 && (setting.eulerFinal() || few || !setting.endsAtLeast())) {
            return 1;
        }
        int most = index == length - 2 && few ? 2 : 3;
        return Math.min(Math.min(setting.order(), most), known + 1);
    }

    private NoiseLevels levels(int count) {
        float[] table = noising.table().sigmas();
        float end = setting.endsAtLeast() ? table[0] : 0;
        if (setting.karras()) {
            double[] sigmas = NoiseLevels.karras(table[table.length - 1], table[0], count);
            double[] timesteps = NoiseLevels.timestepsOf(sigmas, table);
            for (int i = 0; i < timesteps.length; i++) {
                timesteps[i] = setting.wholeTimesteps() ? Math.rint(timesteps[i]) : (int) timesteps[i];
            }
            return NoiseLevels.of(sigmas, end, timesteps);
        }
        int[] whole = noising.spacing().withEnd(table.length, lastTimestep(table), count, noising.offset());
        double[] timesteps = Arrays.stream(whole).asDoubleStream().toArray();
        return NoiseLevels.of(NoiseLevels.at(table, timesteps), end, timesteps);
    }

    /** One past the last timestep that is not below the least λ. */
    private int lastTimestep(float[] table) {
        int last = table.length;
        while (last > 1 && Point.lambda(noising.table().alpha(last - 1)) < setting.leastLambda()) {
            last--;
        }
        return last;
    }

    private Combination step(Point[] points, int i, int order) {
        Point to = points[i + 1];
        Point from = points[i];
        float h = to.lambda - from.lambda;
        float fall = (float) Math.exp(-h) - 1;
        Combination sum =
                new Combination().sample(0, to.noise / from.noise).estimate(0, clean(from), -(to.signal * fall));
        if (order == 1) {
            return sum;
        }
        float r0 = (from.lambda - points[i - 1].lambda) / h;
        double[] first = {1 / r0, -1 / r0, 0}; // weights of the estimates now, one back and two back
        if (order == 2) {
            double weight = setting.heun() ? to.signal * (fall / h + 1) : -0.5 * (to.signal * fall);
            return added(sum, points, i, first, weight);
        }
        float r1 = (points[i - 1].lambda - points[i - 2].lambda) / h;
        double[] bend = {1 / r0, -1 / r0 - 1 / r1, 1 / r1};
        double[] slope = new double[3];
        for (int k = 0; k < 3; k++) {
            slope[k] = first[k] + r0 / (r0 + r1) * bend[k];
            bend[k] /= r0 + r1;
        }
        added(sum, points, i, slope, to.signal * (fall / h + 1));
        return added(sum, points, i, bend, -(to.signal * ((fall + h) / (h * h) - 0.5f)));
    }

    private Combination added(Combination sum, Point[] points, int i, double[] shares, double weight) {
        for (int back = 0; back < shares.length; back++) {
            if (shares[back] != 0) {
                sum.estimate(back, clean(points[i - back]), shares[back] * weight);
            }
        }
        return sum;
    }

    private Estimate clean(Point at) {
        return Estimate.clean(noising.prediction(), at.signal, at.noise);
    }

    /** A noise level as shares of signal and noise of unit variance, and λ = log(signal/noise). */
    private record Point(float signal, float noise, float lambda) {
        static Point of(float sigma) {
            float signal = 1 / Numeric.sqrt(sigma * sigma + 1);
            float noise = sigma * signal;
            return new Point(signal, noise, (float) Math.log(signal) - (float) Math.log(noise));
        }

        static float lambda(float alpha) {
            return (float) Math.log(Numeric.sqrt(alpha)) - (float) Math.log(Numeric.sqrt(1 - alpha));
        }
    }
}
