package org.moslora.diffusion.flow;

import ai.djl.ndarray.NDArray;
import org.moslora.layers.Arena;

/** A pass through a transformer that learns, and the one way back. Lives in the step's arena. */
public interface FlowPass {
    /** The velocity [B, channels, h, w], in fp32. */
    NDArray prediction();

    /** Adds the gradients of everything that learns, from that of the prediction, in fp32. */
    void backward(Arena step, NDArray gradient);
}
