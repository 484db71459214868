package org.moslora.training.recipe;

import org.moslora.adapters.kind.AdaLoraSettings;
import org.moslora.console.recipe.Default;
import org.moslora.console.recipe.Meaning;

/** The recipe's {@code adapter.adalora:} block. */
public record AdaLoraBlock(
        @Default("12") @Meaning("rank of every layer at first")
        int initialRank,

        @Default("8") @Meaning("rank that a layer keeps on average")
        int targetRank,

        @Default("0") @Meaning("steps before ranks are cut") int warmupSteps,
        @Default("0") @Meaning("steps after ranks were cut") int finalSteps,

        @Default("1") @Meaning("ranks are dealt out every so many steps")
        int interval,

        @Default("0.85") @Meaning("decay of the mean importance")
        double beta1,

        @Default("0.85") @Meaning("decay of its uncertainty")
        double beta2,

        @Default("0.5") @Meaning("weight of the penalty that keeps the factors orthogonal")
        double orthogonality) {
    public AdaLoraBlock {
        new AdaLoraSettings(initialRank, targetRank, warmupSteps, finalSteps, interval, beta1, beta2, orthogonality);
    }

    AdaLoraSettings settings() {
        return new AdaLoraSettings(
                initialRank, targetRank, warmupSteps, finalSteps, interval, beta1, beta2, orthogonality);
    }
}
