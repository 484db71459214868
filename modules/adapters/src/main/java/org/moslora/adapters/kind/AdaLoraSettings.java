package org.moslora.adapters.kind;

import org.moslora.problems.Problems;

/**
 * How AdaLoRA (Zhang et al. 2023, arXiv:2303.10512) spends its budget of ranks. All layers together begin with
 * {@code initialRank} each; from {@code warmupSteps} on the budget falls with the third power of what is left of the
 * time, to {@code targetRank} each at {@code finalSteps} before the end, and stays there.
 *
 * @param interval ranks are dealt out anew every so many steps
 * @param beta1 decay of the mean importance, in (0, 1)
 * @param beta2 decay of its uncertainty, in (0, 1)
 * @param orthogonality weight of the penalty that keeps A and B orthogonal
 */
public record AdaLoraSettings(
        int initialRank,
        int targetRank,
        int warmupSteps,
        int finalSteps,
        int interval,
        double beta1,
        double beta2,
        double orthogonality) {
    static final AdaLoraSettings DEFAULT = new AdaLoraSettings(12, 8, 0, 0, 1, 0.85, 0.85, 0.5);

    public AdaLoraSettings {
        Problems problems = new Problems();
        atLeast(1, "initial_rank", initialRank, problems);
        atLeast(1, "target_rank", targetRank, problems);
        if (targetRank > initialRank && initialRank >= 1) {
            problems.add("target_rank", "must be at most initial_rank, %d, got %d", initialRank, targetRank);
        }
        atLeast(0, "warmup_steps", warmupSteps, problems);
        atLeast(0, "final_steps", finalSteps, problems);
        atLeast(1, "interval", interval, problems);
        inside("beta1", beta1, problems);
        inside("beta2", beta2, problems);
        if (!(orthogonality >= 0) || Double.isInfinite(orthogonality)) {
            problems.add("orthogonality", "must be at least 0, got %s", orthogonality);
        }
        problems.throwIfAny();
    }

    private static void atLeast(int least, String key, int value, Problems problems) {
        if (value < least) {
            problems.add(key, "must be at least %d, got %d", least, value);
        }
    }

    private static void inside(String key, double value, Problems problems) {
        if (!(value > 0 && value < 1)) {
            problems.add(key, "must be above 0 and below 1, got %s", value);
        }
    }

    /** Tells when a run of so many steps leaves none to cut ranks in. */
    void check(int steps, Problems problems) {
        if ((long) warmupSteps + finalSteps >= steps) {
            problems.add(
                    "adalora",
                    "warmup_steps and final_steps, %d and %d, leave no step of %d to cut ranks in; together they must"
                            + " be below max_steps",
                    warmupSteps,
                    finalSteps,
                    steps);
        }
    }

    /**
     * How many ranks all layers together may have.
     *
     * @param step from 0
     * @param steps of the run
     * @param layers how many share the budget
     */
    int budget(int step, int steps, int layers) {
        int first = initialRank * layers;
        int last = targetRank * layers;
        if (step <= warmupSteps) {
            return first;
        }
        if (step > steps - finalSteps) {
            return last;
        }
        double left = 1 - (double) (step - warmupSteps) / (steps - finalSteps - warmupSteps);
        return (int) ((first - last) * Math.pow(left, 3) + last);
    }
}
