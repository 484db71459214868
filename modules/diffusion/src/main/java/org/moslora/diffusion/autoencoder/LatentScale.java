package org.moslora.diffusion.autoencoder;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;

/** How the autoencoder's latents relate to what the UNet sees; outlives the autoencoder where moments are kept. */
public final class LatentScale {
    private final NDArray shift;
    private final NDArray scale;
    private final int patch;
    private final NDArray none;

    /** @param arena owns what little there is */
    public LatentScale(AutoencoderConfig config, Arena arena) {
        float[] shifts = new float[config.shift().size()];
        float[] scales = new float[config.shift().size()];
        for (int i = 0; i < scales.length; i++) {
            shifts[i] = config.shift().get(i).floatValue();
            scales[i] = (float) (config.scalingFactor() / config.deviation().get(i));
        }
        this.shift = arena.floats(shifts, shifts.length);
        this.scale = arena.floats(scales, scales.length);
        this.patch = config.patch();
        this.none = arena.none();
    }

    /**
     * Latents as the UNet sees them.
     *
     * @param noise standard normal, of the mean's shape; null takes the mean itself
     */
    public NDArray latents(Arena step, Moments moments, @Nullable NDArray noise) {
        NDArray drawn = noise == null ? none : noise;
        return Kernels.get().one(step, "latents_of", moments.mean(), moments.deviation(), drawn, shift, scale, patch);
    }

    /** The autoencoder's own latents, in a number format. */
    NDArray back(Arena step, NDArray latents, int format) {
        return Kernels.get().one(step, "latents_back", latents, shift, scale, patch, format);
    }
}
