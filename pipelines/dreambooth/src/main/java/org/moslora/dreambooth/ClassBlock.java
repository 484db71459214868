package org.moslora.dreambooth;

import java.nio.file.Path;
import org.moslora.console.recipe.Default;
import org.moslora.console.recipe.Meaning;
import org.moslora.problems.Problems;

/** The recipe's {@code class:} block: prior preservation. */
public record ClassBlock(
        @Meaning("the folder of the class's pictures; those that are missing are made into it")
        Path images,

        @Meaning("the words for the class, without the rare one")
        String prompt,

        @Default("100") @Meaning("how many pictures of it to use")
        int count,

        @Default("1.0") @Meaning("weight of their loss") double weight) {
    public ClassBlock {
        Problems problems = new Problems();
        if (count < 1) {
            problems.add("count", "must be at least 1, got %d", count);
        }
        if (!(weight >= 0) || Double.isInfinite(weight)) {
            problems.add("weight", "must be at least 0, got %s", weight);
        }
        if (prompt.isBlank()) {
            problems.add("prompt", "must say what class the subject is of, such as a photo of cat");
        }
        problems.throwIfAny();
    }
}
