package org.moslora.generation.image;

/**
 * How a text is read.
 *
 * @param clipSkip blocks of the text encoder that are left out at its end, 0 for none
 * @param length tokens of it that count at most, where that can be chosen; 0 where the encoder has one length
 */
public record TextReading(int clipSkip, int length) {
    /** With nothing left out, at an encoder's one length. */
    public static final TextReading PLAIN = new TextReading(0, 0);
}
