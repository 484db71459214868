package org.moslora.diffusion.autoencoder;

import ai.djl.ndarray.NDArray;
import org.moslora.layers.Arena;
import org.moslora.layers.Tape;

/** One step of encoder or decoder, from pictures to pictures: a kernel call forward, a kernel call backward. */
interface Layer {
    /** Whether a backward pass has anything to gather here. */
    boolean learns();

    /** x [B, c, h, w] to y; what the backward pass needs goes onto the tape. */
    NDArray forward(Arena arena, NDArray x, Tape tape);

    /**
     * Adds the layer's gradients. Closes the tape's entry.
     *
     * @return the gradient of x where {@code need} says so; else of no use
     */
    NDArray backward(Arena arena, NDArray dy, Tape tape, boolean need);
}
