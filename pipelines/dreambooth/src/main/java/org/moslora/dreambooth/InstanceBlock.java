package org.moslora.dreambooth;

import java.nio.file.Path;
import org.moslora.console.recipe.Default;
import org.moslora.console.recipe.Meaning;
import org.moslora.console.recipe.MustExist;
import org.moslora.problems.InvalidInput;

/** One subject: the recipe's {@code instance:} block, or an entry of it. */
public record InstanceBlock(
        @Meaning("the folder of its pictures") @MustExist(MustExist.Thing.FOLDER)
        Path images,

        @Meaning("the words for it, with a rare one for what makes it special")
        String prompt,

        @Default("1") @Meaning("how often each picture comes in a round")
        int repeats) {
    public InstanceBlock {
        if (repeats < 1) {
            throw new InvalidInput("repeats", "must be at least 1, got " + repeats);
        }
    }
}
