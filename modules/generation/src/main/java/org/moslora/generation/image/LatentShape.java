package org.moslora.generation.image;

/**
 * The shape of one picture's latents.
 *
 * @param channels as the autoencoder has them
 * @param height of the picture over the autoencoder's factor
 * @param width the same way
 */
public record LatentShape(int channels, int height, int width) {
    /** Numbers of one picture. */
    public int size() {
        return channels * height * width;
    }
}
