package org.moslora.generation.image;

import ai.djl.ndarray.NDArray;
import org.moslora.diffusion.autoencoder.Autoencoder;
import org.moslora.diffusion.autoencoder.Moments;
import org.moslora.layers.Arena;

/** A {@link LatentCoder} over libtorch. */
public final class TorchLatents implements LatentCoder {
    private final Autoencoder autoencoder;

    /** The model stays its owner's. */
    public TorchLatents(Autoencoder autoencoder) {
        this.autoencoder = autoencoder;
    }

    @Override
    public float[] decode(float[] latents, LatentShape shape) {
        try (Arena step = autoencoder.step()) {
            return autoencoder.decode(step, array(step, latents, shape)).toFloatArray();
        }
    }

    @Override
    public float[] encode(float[] pixels, float[] noise, LatentShape shape) {
        int factor = autoencoder.config().factor();
        try (Arena step = autoencoder.step()) {
            NDArray picture = step.floats(pixels, 1, 3, (long) factor * shape.height(), (long) factor * shape.width());
            Moments moments = autoencoder.encode(step, picture);
            boolean packed = autoencoder.config().patch() > 1; // whose mean it is always
            return autoencoder
                    .latents(step, moments, packed ? null : array(step, noise, shape))
                    .toFloatArray();
        }
    }

    private static NDArray array(Arena step, float[] latents, LatentShape shape) {
        return step.floats(latents, 1, shape.channels(), shape.height(), shape.width());
    }
}
