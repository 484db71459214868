package org.moslora.dreambooth;

import org.moslora.console.recipe.Default;
import org.moslora.console.recipe.Meaning;
import org.moslora.examples.Order;
import org.moslora.problems.InvalidInput;

/** The recipe's {@code data:} block. */
public record DreamBoothDataBlock(
        @Default("shuffled") @Meaning("shuffled, or sequential: by file name")
        Order order) {
    public DreamBoothDataBlock {
        if (order == Order.MODALITY_LENGTH) {
            throw new InvalidInput("order", "must be shuffled or sequential: pictures have no length");
        }
    }
}
