package org.moslora.datasets.miniature.language;

/**
 * A question to be answered with true or false.
 *
 * @param question with all that is needed to answer it and without its question mark
 * @param right whether true is the answer
 */
public record Claim(String question, boolean right) implements Exercise {
    @Override
    public String instruction() {
        return "Please answer the following question with true or false, question: " + question
                + "?\n\nAnswer format: true/false";
    }

    @Override
    public String answer() {
        return Boolean.toString(right);
    }
}
