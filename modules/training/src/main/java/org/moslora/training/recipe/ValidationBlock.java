package org.moslora.training.recipe;

import java.util.List;
import org.moslora.console.recipe.Default;
import org.moslora.console.recipe.Means;
import org.moslora.problems.Problems;

/** The recipe's {@code validation:} block. */
public record ValidationBlock(
        @Default("0.0") @Means("share of the data that is held back")
        double fraction,

        @Default("100") @Means("steps between validations") int every,

        @Default("0") @Means("stop after so many validations without a better loss; 0: never")
        int patience,

        @Default("4") @Means("answers or pictures made at every validation")
        int samples,

        @Default("[]") @Means("what to ask or paint; the held-back rows if empty")
        List<String> prompts,

        @Default("0") long seed) {
    public ValidationBlock {
        Problems problems = new Problems();
        if (!(fraction >= 0 && fraction < 1)) {
            problems.add("fraction", "must be at least 0 and below 1, got %s", fraction);
        }
        if (every < 1) {
            problems.add("every", "must be at least 1, got %d", every);
        }
        if (patience < 0 || samples < 0) {
            problems.add(patience < 0 ? "patience" : "samples", "must be at least 0");
        }
        problems.throwIfAny();
        prompts = List.copyOf(prompts);
    }
}
