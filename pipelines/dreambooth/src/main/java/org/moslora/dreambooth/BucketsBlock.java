package org.moslora.dreambooth;

import java.util.LinkedHashMap;
import java.util.Map;
import org.moslora.console.recipe.Default;
import org.moslora.console.recipe.Meaning;
import org.moslora.examples.subject.Buckets;
import org.moslora.problems.Problems;

/** The recipe's {@code buckets:} block: sizes of about the same area and different aspect ratios. */
public record BucketsBlock(
        @Default("64") @Meaning("what every side is a multiple of")
        int step,

        @Default("256") @Meaning("the shortest side") int min,
        @Default("1024") @Meaning("the longest side") int max) {
    /** Names what gives sides that a model does not paint. */
    void mustFit(int factor, Problems problems) {
        Map<String, Integer> sides = new LinkedHashMap<>();
        sides.put("step", step);
        sides.put("min", min);
        sides.put("max", max);
        sides.forEach((key, side) -> {
            if (side % factor != 0) {
                problems.add("buckets." + key, "must be a multiple of %d with this model, got %d", factor, side);
            }
        });
    }

    Buckets buckets() {
        return new Buckets(step, min, max);
    }
}
