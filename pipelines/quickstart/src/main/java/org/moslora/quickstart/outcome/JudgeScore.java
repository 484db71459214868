package org.moslora.quickstart.outcome;

/**
 * A score of pictures by a judge.
 *
 * @param what is scored
 * @param how it is measured
 * @param isShare whether it is a share of the pictures, and no cosine
 */
public record JudgeScore(String what, String how, boolean isShare, double before, double after) {}
