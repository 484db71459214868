package org.moslora.datasets;

/** What conversations are read for. */
public enum Purpose {
    /** To learn from them: an empty answer would teach the model to say nothing. */
    TRAINING,
    /** To score a model by them: an empty answer is the right one. */
    SCORING,
    /** To learn which of two answers is the better. */
    PREFERENCE
}
