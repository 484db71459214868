package org.moslora.examples.text;

import java.nio.file.Path;

/**
 * What an {@code <image>} tag becomes.
 *
 * @param id the image token's id; −1 in a model without pictures
 * @param tags how tags are spelt
 * @param counting how many copies of the token stand for a picture: one for each of its features
 * @param boxes what becomes of boxes that texts say of pictures
 */
public record ImageTokens(int id, ImageTags tags, Counting counting, Boxes boxes) {
    /** For models that take no pictures. */
    public static final ImageTokens NONE =
            new ImageTokens(-1, ImageTags.LLAVA, (picture, alone) -> 0, Boxes.AS_WRITTEN);

    /** How many tokens stand for a picture. */
    @FunctionalInterface
    public interface Counting {
        /** @param alone whether it is the only one of its conversation */
        int of(Path picture, boolean alone);
    }

    /** Every picture takes as many, as in LLaVA-1.5. */
    public ImageTokens(int id, int count) {
        this(id, ImageTags.LLAVA, (picture, alone) -> count, Boxes.AS_WRITTEN);
        if (id >= 0 && count < 1) {
            throw new IllegalArgumentException("a picture needs at least one token, got " + count);
        }
    }
}
