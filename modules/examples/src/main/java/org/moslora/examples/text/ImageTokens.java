package org.moslora.examples.text;

/**
 * What an {@code <image>} tag becomes.
 *
 * @param id the image token's id; −1 in a model without pictures
 * @param count how many copies stand for one picture: one for each feature of the tower
 */
public record ImageTokens(int id, int count) {
    /** For models that take no pictures. */
    public static final ImageTokens NONE = new ImageTokens(-1, 0);

    public ImageTokens {
        if (id >= 0 && count < 1) {
            throw new IllegalArgumentException("a picture needs at least one token, got " + count);
        }
    }
}
