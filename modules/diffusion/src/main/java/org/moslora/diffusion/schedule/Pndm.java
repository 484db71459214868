package org.moslora.diffusion.schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.moslora.problems.InvalidInput;

/**
 * Liu and others, "Pseudo Numerical Methods for Diffusion Models on Manifolds", arXiv 2202.09778, formula 9 over the
 * noise of several calls: Adams–Bashforth weights, at the start of which either the first step is taken twice and
 * averaged (PLMS) or three steps are taken by Runge–Kutta (PRK).
 */
record Pndm(Noising noising, boolean skipsRungeKutta, boolean endsClean) implements Solver {
    private static final double[][] MULTISTEP = {
        {}, {1}, {3 / 2.0, -1 / 2.0}, {23 / 12.0, -16 / 12.0, 5 / 12.0}, {55 / 24.0, -59 / 24.0, 37 / 24.0, -9 / 24.0}
    };
    private static final double[] RUNGE_KUTTA = {1 / 6.0, 1 / 3.0, 1 / 3.0, 1 / 6.0};

    @Override
    public Trajectory solve(int count, int start) {
        int ratio = noising.table().timesteps() / count;
        int[] chosen = noising.timesteps(count);
        int[] early = skipsRungeKutta ? new int[0] : rungeKutta(chosen, ratio);
        int[] timesteps =
                IntStream.concat(IntStream.of(early), multistep(chosen)).toArray();
        List<SamplingStep> steps = new ArrayList<>();
        List<Integer> kept = new ArrayList<>();
        for (int i = 0; i < timesteps.length - start; i++) {
            int timestep = timesteps[start + i];
            steps.add(
                    i < early.length
                            ? rungeKuttaStep(i, timestep, early, ratio, kept)
                            : step(i, timestep, ratio, kept));
        }
        return new Trajectory(1, noising.blend(timesteps[start]), steps);
    }

    private IntStream multistep(int[] chosen) {
        if (!skipsRungeKutta) {
            return IntStream.of(chosen).skip(3);
        }
        IntStream again = chosen.length > 1 ? IntStream.of(chosen[1]) : IntStream.empty();
        return IntStream.concat(
                IntStream.of(chosen[0]),
                IntStream.concat(again, IntStream.of(chosen).skip(1)));
    }

    /** Four calls for each of the first three steps: at its start, twice half way, at its end. */
    private static int[] rungeKutta(int[] chosen, int ratio) {
        if (chosen.length < 4) {
            throw new InvalidInput(
                    "steps",
                    "must be at least 4 for pndm unless scheduler_config.json sets skip_prk_steps, got "
                            + chosen.length);
        }
        int[] calls = new int[12];
        for (int i = 0; i < calls.length; i++) {
            int from = chosen[i / 4];
            calls[i] = i % 4 == 0 ? from : i % 4 == 3 ? chosen[i / 4 + 1] : chosen[i / 4 + 1] + ratio / 2;
        }
        return calls;
    }

    private SamplingStep rungeKuttaStep(int i, int timestep, int[] calls, int ratio, List<Integer> kept) {
        int part = i % 4;
        double[] weights = part == 3 ? RUNGE_KUTTA : new double[] {1};
        if (part == 0) {
            kept.add(i);
        }
        int to = timestep - (i % 2 == 1 ? 0 : ratio / 2);
        Formula formula = formula(calls[i - part], to);
        Combination sum = new Combination().sample(part, formula.sample());
        for (int k = 0; k < weights.length; k++) {
            sum.output(k, formula.output() * weights[weights.length - 1 - k]);
        }
        return sum.step(timestep, 1);
    }

    private SamplingStep step(int i, int timestep, int ratio, List<Integer> kept) {
        if (i == 1) { // the first step again, now with the noise at both its ends
            Formula formula = formula(timestep + ratio, timestep);
            return new Combination()
                    .sample(1, formula.sample())
                    .output(0, formula.output() / 2)
                    .output(1, formula.output() / 2)
                    .step(timestep, 1);
        }
        kept.add(i);
        double[] weights = MULTISTEP[Math.min(4, kept.size())];
        Formula formula = formula(timestep, timestep - ratio);
        Combination sum = new Combination().sample(0, formula.sample());
        for (int k = 0; k < weights.length; k++) {
            sum.output(i - kept.get(kept.size() - 1 - k), formula.output() * weights[k]);
        }
        return sum.step(timestep, 1);
    }

    /** Weights of the sample that is stepped from and of the mixed outputs. */
    private record Formula(double sample, double output) {}

    private Formula formula(int from, int to) {
        float alpha = noising.table().alpha(from);
        float next = noising.alphaAt(to, endsClean);
        float rest = 1 - alpha;
        double weight = -(next - alpha) / (double) (alpha * Numeric.sqrt(1 - next) + Numeric.sqrt(alpha * rest * next));
        Estimate noise = Estimate.noise(noising.prediction(), Numeric.sqrt(alpha), Numeric.sqrt(rest));
        return new Formula(Numeric.sqrt(next / alpha) + weight * noise.sample(), weight * noise.output());
    }
}
