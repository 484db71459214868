package org.moslora.diffusion.flow;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.moslora.layers.Arena;

/** Latents on their way to a picture. */
@FunctionalInterface
public interface FlowSession {
    /**
     * Asks once.
     *
     * @param latents [B, channels, h, w]
     * @param times of each picture, in steps of training
     * @return [B, channels, h, w] in fp32
     */
    NDArray predict(Arena step, NDArray latents, List<Double> times);
}
