package org.moslora.generation.image;

/** Texts as a denoiser reads them. */
public interface PromptEncoder {
    /**
     * A text's states.
     *
     * @param clipSkip blocks of the text encoder that are left out at its end, 0 for none
     */
    PromptEmbedding of(String text, int clipSkip);

    /** Whether an absent text stands for zeros and not for the empty text. */
    boolean zeroForNothing();

    /** What an absent negative prompt stands for. */
    default PromptEmbedding nothing(int clipSkip) {
        PromptEmbedding empty = of("", clipSkip);
        return zeroForNothing() ? empty.zeros() : empty;
    }
}
