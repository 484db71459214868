package org.moslora.layers.block;

import ai.djl.ndarray.NDArray;
import org.moslora.layers.Arena;
import org.moslora.layers.Tape;

/**
 * One block of a model.
 *
 * @param <P> what a pass has for its blocks besides x
 */
public interface Block<P> {
    /** Whether a backward pass has anything to gather here. */
    boolean learns();

    /**
     * From x to y. The tape takes x and what the backward pass needs.
     *
     * @param seed of the block's dropout masks
     */
    NDArray forward(Arena arena, NDArray x, P pass, Tape tape, long seed);

    /**
     * Adds the block's gradients, and hands what others have of them to the pass. Closes the tape's entry.
     *
     * @return the gradient of x where {@code need} says so; else of no use
     */
    NDArray backward(Arena arena, NDArray dy, P pass, Tape tape, long seed, boolean need);
}
