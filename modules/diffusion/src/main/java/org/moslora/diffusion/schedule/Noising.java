package org.moslora.diffusion.schedule;

/**
 * What all methods start from.
 *
 * @param table the noise at each training timestep
 * @param prediction what the model answers
 * @param spacing how timesteps are chosen
 * @param offset added to leading timesteps
 */
record Noising(NoiseTable table, Prediction prediction, Spacing spacing, int offset) {
    int[] timesteps(int count) {
        return spacing.whole(table.timesteps(), count, offset);
    }

    /** ᾱ of a timestep that may lie before the first: then 1, or ᾱ of the first. */
    float alphaAt(int timestep, boolean endsClean) {
        if (timestep >= 0) {
            return table.alpha(timestep);
        }
        return endsClean ? 1 : table.alpha(0);
    }

    /** A sample at a timestep, of unit variance. */
    Blend blend(int timestep) {
        float alpha = table.alpha(timestep);
        return new Blend(Numeric.sqrt(alpha), Numeric.sqrt(1 - alpha));
    }

    Noising withSignalEverywhere() {
        return new Noising(table.withSignalEverywhere(), prediction, spacing, offset);
    }
}
