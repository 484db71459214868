package org.moslora.dreambooth;

import org.moslora.console.recipe.Default;
import org.moslora.console.recipe.Meaning;
import org.moslora.problems.InvalidInput;

/** The recipe's {@code ema:} block. */
public record EmaBlock(
        @Default("0.0") @Meaning("of the moving average of what is trained, left in adapter-ema or model-ema; 0: none")
        double decay) {
    public EmaBlock {
        if (!(decay >= 0 && decay < 1)) {
            throw new InvalidInput("decay", "must be at least 0 and below 1, got " + decay);
        }
    }
}
