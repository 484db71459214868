package org.moslora.tuning;

import org.moslora.console.recipe.Default;
import org.moslora.console.recipe.Meaning;
import org.moslora.problems.InvalidInput;

/** The recipe's {@code preference:} block: how the better of two answers is learnt. */
public record PreferenceBlock(
        @Default("0.1") @Meaning("how dear it is to move away from the base")
        double beta,

        @Default("0.0") @Meaning("share of pairs that are taken to be the wrong way round, below 0.5")
        double labelSmoothing) {
    public PreferenceBlock {
        if (!(beta > 0) || Double.isInfinite(beta)) {
            throw new InvalidInput("beta", "must be above 0, got " + beta);
        }
        if (!(labelSmoothing >= 0 && labelSmoothing < 0.5)) {
            throw new InvalidInput("label_smoothing", "must be at least 0 and below 0.5, got " + labelSmoothing);
        }
    }

    /**
     * What a pair comes down to.
     *
     * @param loss of the pair
     * @param slope of the loss along the margin
     */
    record Verdict(double loss, double slope) {}

    /**
     * Judges a pair by how much likelier each answer has become than it was for the base.
     *
     * @param chosen difference of the log-likelihoods of the better answer
     * @param rejected that of the other one
     */
    Verdict judge(double chosen, double rejected) {
        double margin = beta * (chosen - rejected);
        double loss = (1 - labelSmoothing) * softplus(-margin) + labelSmoothing * softplus(margin);
        double slope = beta * (labelSmoothing * sigmoid(margin) - (1 - labelSmoothing) * sigmoid(-margin));
        return new Verdict(loss, slope);
    }

    private static double sigmoid(double x) {
        return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
    }

    /** log(1 + e^x) */
    private static double softplus(double x) {
        return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
    }
}
