package org.moslora.training.recipe;

import org.moslora.adapters.kind.MoeSettings;
import org.moslora.console.recipe.Default;
import org.moslora.console.recipe.Meaning;

/** The recipe's {@code adapter.moe:} block. */
public record MoeBlock(
        @Default("4") @Meaning("experts of every layer") int experts,

        @Default("2") @Meaning("how many of them a position uses; all: dense")
        int topK) {
    public MoeBlock {
        new MoeSettings(experts, topK);
    }

    MoeSettings settings() {
        return new MoeSettings(experts, topK);
    }
}
