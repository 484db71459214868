package org.moslora.dreambooth;

import org.moslora.console.recipe.Default;
import org.moslora.console.recipe.Means;
import org.moslora.examples.Order;
import org.moslora.problems.InvalidInput;

/** The recipe's {@code data:} block. */
public record DataBlock(
        @Default("shuffled") @Means("shuffled, or sequential: by file name")
        Order order) {
    public DataBlock {
        if (order == Order.MODALITY_LENGTH) {
            throw new InvalidInput("order", "must be shuffled or sequential: pictures have no length");
        }
    }
}
