package org.moslora.visual;

import org.jspecify.annotations.Nullable;
import org.moslora.console.recipe.Default;
import org.moslora.console.recipe.Meaning;
import org.moslora.training.recipe.AdapterBlock;

/** The recipe's {@code projector:} block: trained whole, with an adapter, or frozen. */
public record ProjectorBlock(
        @Default("true") @Meaning("train it whole; an adapter block takes its place")
        boolean train,

        @Default("2.0e-5") double learningRate,
        @Nullable AdapterBlock adapter) {
    boolean whole() {
        return train && adapter == null;
    }
}
