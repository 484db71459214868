package org.moslora.diffusion.unet;

import ai.djl.ndarray.NDArray;
import org.moslora.layers.Arena;

/** One block of a UNet: a kernel call forward, a kernel call backward (a stack of transformer blocks: one each). */
interface Block {
    /** Whether a backward pass has anything to gather here. */
    boolean learns();

    /** Whether it attends to the text, so that the text's gradient comes from here. */
    default boolean reads() {
        return false;
    }

    /** Whether it adds the time embedding, so that its gradient comes from here. */
    default boolean timed() {
        return false;
    }

    /** Whether the way up gets its output too. */
    boolean kept();

    /** x [B, c, h, w] to y; what the backward pass needs goes onto the pass's tape. */
    NDArray forward(Arena arena, NDArray x, UNetPass pass, long seed);

    /**
     * Adds the block's gradients, and hands those of skip, time and text to the pass.
     *
     * @return the gradient of x where {@code need} says so, else an array without entries
     */
    NDArray backward(Arena arena, NDArray dy, UNetPass pass, long seed, boolean need);
}
