package org.moslora.generation.image;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;
import org.moslora.diffusion.unet.TextGradient;
import org.moslora.layers.Arena;

/** What a denoiser that learns has answered, and the one way back through it. Lives in the step's arena. */
public interface DenoiserAnswer {
    /** [B, channels, h, w] in fp32. */
    NDArray prediction();

    /**
     * Adds the gradients of everything that learns.
     *
     * @param gradient of the prediction
     * @return the text's gradient where its encoders learn, null elsewhere
     */
    @Nullable
    TextGradient backward(Arena step, NDArray gradient);
}
