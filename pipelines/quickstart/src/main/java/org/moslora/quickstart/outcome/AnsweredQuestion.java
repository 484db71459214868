package org.moslora.quickstart.outcome;

import java.nio.file.Path;

/**
 * A question about an unseen picture.
 *
 * @param before the base's answer
 * @param after the tuned model's
 */
public record AnsweredQuestion(Path picture, String question, String expected, String before, String after) {
    /** Whether an answer is the expected one. */
    public boolean isRight(String answer) {
        return answer.strip().equals(expected.strip());
    }
}
