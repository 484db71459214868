package org.moslora.visual;

import org.jspecify.annotations.Nullable;
import org.moslora.console.recipe.Default;
import org.moslora.console.recipe.Meaning;
import org.moslora.problems.Problems;
import org.moslora.training.recipe.AdapterBlock;

/** The recipe's {@code projector:} block: trained whole, with an adapter, or frozen. */
public record ProjectorBlock(
        @Default("true") @Meaning("train it whole; an adapter block takes its place")
        boolean train,

        @Default("2.0e-5") double learningRate,
        @Nullable AdapterBlock adapter) {
    /** Tells when it does not go with how the language model is trained. */
    void check(boolean full, Problems problems) {
        if (adapter != null && adapter.isFull()) {
            problems.add("projector.adapter.kind", "cannot be full; projector.train: true trains the projector whole");
        } else if (adapter != null && full) {
            problems.add(
                    "projector.adapter",
                    "does not go with adapter.kind full, which leaves a whole model; projector.train: true trains the"
                            + " projector whole");
        }
    }
}
