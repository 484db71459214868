package org.moslora.dreambooth;

import java.nio.file.Path;
import org.moslora.console.recipe.Default;
import org.moslora.console.recipe.Existing;
import org.moslora.console.recipe.Means;
import org.moslora.problems.InvalidInput;

/** One subject: the recipe's {@code instance:} block, or an entry of it. */
public record InstanceBlock(
        @Means("the folder of its pictures") @Existing(Existing.Thing.FOLDER)
        Path images,

        @Means("the words for it, with a rare one for what makes it special")
        String prompt,

        @Default("1") @Means("how often each picture comes in a round")
        int repeats) {
    public InstanceBlock {
        if (repeats < 1) {
            throw new InvalidInput("repeats", "must be at least 1, got " + repeats);
        }
    }
}
