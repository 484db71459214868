package org.moslora.examples.subject;

/**
 * A picture as the autoencoder takes it.
 *
 * @param pixels {@code 3 × height × width} values in [−1, 1], red first
 * @param size of the pixels
 * @param original the size of the picture, turned upright, before anything else
 * @param top rows of the resized picture above the part that is kept
 * @param left columns beside it, counted after mirroring
 * @param flipped whether it is mirrored
 */
@SuppressWarnings("ArrayRecordComponent") // handed to the engine, never compared
public record FramedPicture(float[] pixels, ImageSize size, ImageSize original, int top, int left, boolean flipped) {
    /** What Stable Diffusion XL is told of sizes: original height and width, crop top and left, height and width. */
    public int[] timeIds() {
        return new int[] {original.height(), original.width(), top, left, size.height(), size.width()};
    }
}
