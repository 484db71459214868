package org.moslora.compare;

import org.jspecify.annotations.Nullable;

/**
 * A row of the table: a variant at a rank and an amount of data, at the rate that validation chose.
 *
 * @param metric what is scored
 * @param place where, with the chosen rate
 * @param validation scores at that rate of the seeds that chose it
 * @param test scores, one a seed
 * @param difference to the baseline at the same rank and amount of data, pair by pair; null for the baseline itself
 * @param adjusted the difference's probability, corrected for the number of tests by Holm; NaN where there is none
 * @param refused why the program refuses the variant; null where it was trained
 */
record LeaderboardRow(
        Metric metric,
        Trial.Place place,
        Sample validation,
        Sample test,
        @Nullable Sample difference,
        double adjusted,
        long parameters,
        double seconds,
        long peakBytes,
        @Nullable String refused) {
    LeaderboardRow adjusted(double probability) {
        return new LeaderboardRow(
                metric, place, validation, test, difference, probability, parameters, seconds, peakBytes, refused);
    }
}
