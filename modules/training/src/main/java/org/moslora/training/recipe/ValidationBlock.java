package org.moslora.training.recipe;

import java.util.List;
import org.moslora.console.recipe.Default;
import org.moslora.console.recipe.Meaning;
import org.moslora.problems.Problems;

/** The recipe's {@code validation:} block. */
public record ValidationBlock(
        @Default("0.0") @Meaning("share of the data that is held back")
        double fraction,

        @Default("100") @Meaning("steps between validations")
        int every,

        @Default("0") @Meaning("stop after so many validations without a better loss; 0: never")
        int patience,

        @Default("4") @Meaning("answers or pictures made at every validation")
        int samples,

        @Default("[]") @Meaning("what to ask or paint; the held-back rows if empty")
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
