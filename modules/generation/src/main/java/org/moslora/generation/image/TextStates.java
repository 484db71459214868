package org.moslora.generation.image;

/** Texts as a denoiser reads them. */
public interface TextStates {
    /**
     * A text's states.
     *
     * @param clipSkip blocks of the text encoder that are left out at its end, 0 for none
     */
    Words of(String text, int clipSkip);

    /** Whether an absent text stands for zeros and not for the empty text. */
    boolean zeroForNothing();

    /** What an absent negative prompt stands for. */
    default Words nothing(int clipSkip) {
        Words empty = of("", clipSkip);
        return zeroForNothing() ? empty.zeros() : empty;
    }
}
