package org.moslora.training;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.moslora.training.CheckpointProgress.BestLoss;

/** Which of a run's validations was the best, and for how long none has been better. */
public final class BestResult {
    private final int patience;
    private @Nullable BestLoss best;

    /**
     * Goes on from what a checkpoint remembers.
     *
     * @param patience how many validations without a better one end the run; 0: none do
     * @param best of the steps that a resumed run has taken, or null
     */
    public BestResult(int patience, @Nullable BestLoss best) {
        this.patience = patience;
        this.best = best;
    }

    /** What a checkpoint must remember. */
    public @Nullable BestLoss loss() {
        return best;
    }

    /** Whether no validation has been better for as long as the recipe allows. */
    public boolean exhausted() {
        return patience > 0 && best != null && best.worse() >= patience;
    }

    /** Whether there was any. */
    public boolean isAny() {
        return best != null;
    }

    /** The step whose result is the best; 0 before any. */
    public int step() {
        return best == null ? 0 : best.step();
    }

    /** Forgets it, as where its result is lost: the next is the best so far. */
    public void forget() {
        best = null;
    }

    /** Takes one up; whether it is the best so far. */
    public boolean add(int step, double loss) {
        BestLoss before = best;
        boolean better = before == null ? loss < Double.POSITIVE_INFINITY : loss < before.loss();
        if (better) {
            best = new BestLoss(loss, step, 0);
        } else if (before != null) {
            best = new BestLoss(before.loss(), before.step(), before.worse() + 1);
        }
        return better;
    }

    /** One validation in words. */
    public String told(int step, double loss) {
        String beside = best == null || best.step() == step
                ? ""
                : String.format(Locale.ROOT, " (best %.4f at step %d)", best.loss(), best.step());
        return String.format(Locale.ROOT, "step %d: validation loss %.4f%s", step, loss, beside);
    }
}
