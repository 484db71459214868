package org.moslora.generation.image;

/** Texts as a denoiser reads them. */
public interface PromptEncoder {
    /** A text's states. */
    PromptEmbedding of(String text, TextReading reading);

    /** Whether an absent text stands for zeros and not for the empty text. */
    boolean zeroForNothing();

    /** What an absent negative prompt stands for. */
    default PromptEmbedding nothing(TextReading reading) {
        PromptEmbedding empty = of("", reading);
        return zeroForNothing() ? empty.zeros() : empty;
    }
}
