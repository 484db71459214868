package org.moslora.datasets.miniature.language;

/** A question in words that is answered as in the commonsense collections of LLM-Adapters (Hu et al. 2023). */
public sealed interface Exercise permits Choice, Claim, OpenQuestion {
    /** All that a model is told. */
    String instruction();

    /** What is right: "answer2", "true", "whiskers". */
    String answer();

    /** What a model is to say. */
    default String output() {
        return "the correct answer is " + answer();
    }
}
