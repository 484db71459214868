package org.moslora.compare;

import java.util.Locale;

/** What a trial is scored by. */
public enum Metric {
    /** Share of turns whose greedy answer is the expected one. */
    ACCURACY,
    /** Mean negative log-likelihood of a supervised token. */
    LOSS,
    /** Mean loss of the last tenth of the training steps: for pipelines whose results no other measure judges yet. */
    TRAINING_LOSS;

    /** Whether more is better. */
    boolean isHigherBetter() {
        return this == ACCURACY;
    }

    /** Whether data of its own is needed for it. */
    boolean needsData() {
        return this != TRAINING_LOSS;
    }

    /** How tables name it. */
    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
