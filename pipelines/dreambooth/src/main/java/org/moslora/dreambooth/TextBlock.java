package org.moslora.dreambooth;

import org.jspecify.annotations.Nullable;
import org.moslora.console.recipe.Meaning;
import org.moslora.problems.InvalidInput;

/** The recipe's {@code text:} block. */
public record TextBlock(
        @Meaning("tokens of a prompt that count, where the model lets choose; the family's if absent") @Nullable
        Integer maxLength) {
    public TextBlock {
        if (maxLength != null && maxLength < 1) {
            throw new InvalidInput("max_length", "must be at least 1, got " + maxLength);
        }
    }
}
