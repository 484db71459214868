package org.moslora.datasets.miniature.language;

/**
 * A question whose answer is to be found, not chosen.
 *
 * @param question with its question mark
 * @param answer one or a few words
 */
public record OpenQuestion(String question, String answer) implements Exercise {
    @Override
    public String instruction() {
        return "Please answer the question: " + question;
    }
}
