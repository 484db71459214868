package org.moslora.dreambooth;

import org.moslora.console.recipe.Default;
import org.moslora.console.recipe.Meaning;
import org.moslora.problems.Problems;

/** The recipe's {@code loss:} block. */
public record LossBlock(
        @Default("0") @Meaning("5 evens out the timesteps (arXiv 2303.09556); 0: all weigh alike")
        double minSnrGamma,

        @Default("0.0") @Meaning("noise that shifts whole channels, for dark and light pictures; 0.0357 is usual")
        double noiseOffset,

        @Default("false")
        @Meaning("learn what is white in NAME-mask.png beside NAME.jpg, or opaque in the picture's own alpha")
        boolean mask) {
    public LossBlock {
        Problems problems = new Problems();
        if (!(minSnrGamma >= 0)) {
            problems.add("min_snr_gamma", "must be at least 0, got %s", minSnrGamma);
        }
        if (!(noiseOffset >= 0 && noiseOffset <= 1)) {
            problems.add("noise_offset", "must be from 0 to 1, got %s", noiseOffset);
        }
        problems.throwIfAny();
    }
}
