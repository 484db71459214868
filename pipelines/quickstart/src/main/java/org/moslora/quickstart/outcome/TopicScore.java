package org.moslora.quickstart.outcome;

/**
 * How many questions of a type were answered right, to the letter.
 *
 * @param topic the type
 * @param asked how many there were, at least one
 * @param constant the one answer that is right most often
 * @param constantRight how often it is
 * @param before how many the base answered right
 * @param after how many it answers right when tuned
 */
public record TopicScore(String topic, int asked, String constant, int constantRight, int before, int after) {
    /** The share of a number of answers. */
    public double share(int right) {
        return right / (double) asked;
    }
}
