package org.moslora.dreambooth;

import org.moslora.console.recipe.Default;
import org.moslora.console.recipe.Meaning;
import org.moslora.examples.subject.Buckets;

/** The recipe's {@code buckets:} block: sizes of about the same area and different aspect ratios. */
public record BucketsBlock(
        @Default("64") @Meaning("what every side is a multiple of")
        int step,

        @Default("256") @Meaning("the shortest side") int min,
        @Default("1024") @Meaning("the longest side") int max) {
    Buckets buckets() {
        return new Buckets(step, min, max);
    }
}
