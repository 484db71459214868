package org.moslora.training.recipe;

import org.moslora.adapters.kind.LokrSettings;
import org.moslora.console.recipe.Default;
import org.moslora.console.recipe.Meaning;

/** The recipe's {@code adapter.lokr:} block. */
public record LokrBlock(
        @Default("-1") @Meaning("the small factor's size where it divides a side; -1: nearest to the root")
        int factor,

        @Default("false") @Meaning("the small factor as a product of low rank too")
        boolean decomposeBoth,

        @Default("false") @Meaning("both factors whole, whatever the rank")
        boolean fullMatrix) {
    public LokrBlock {
        new LokrSettings(factor, decomposeBoth, fullMatrix);
    }

    LokrSettings settings() {
        return new LokrSettings(factor, decomposeBoth, fullMatrix);
    }
}
