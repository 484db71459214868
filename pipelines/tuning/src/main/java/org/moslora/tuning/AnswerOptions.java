package org.moslora.tuning;

/**
 * How a model that is scored is to answer.
 *
 * @param task how answers are judged
 * @param maxNewTokens of an answer
 * @param beams how many answers are followed at a time; 1 is greedy
 */
public record AnswerOptions(AnswerMatch task, int maxNewTokens, int beams) {
    /** Greedily, and only the whole answer counts. */
    public static AnswerOptions greedily(int maxNewTokens) {
        return new AnswerOptions(AnswerMatch.VQA, maxNewTokens, 1);
    }
}
