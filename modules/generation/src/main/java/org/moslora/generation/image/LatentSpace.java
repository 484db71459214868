package org.moslora.generation.image;

import org.moslora.diffusion.autoencoder.AutoencoderConfig;

/**
 * How pictures and latents relate.
 *
 * @param channels of the latents
 * @param factor pixels of a side that one latent stands for
 */
public record LatentSpace(int channels, int factor) {
    /** That of an autoencoder. */
    public static LatentSpace of(AutoencoderConfig config) {
        return new LatentSpace(config.seenChannels(), config.factor());
    }

    /** Latents of a picture, whose sides must be multiples of the factor. */
    public LatentShape shape(int width, int height) {
        return new LatentShape(channels, height / factor, width / factor);
    }
}
