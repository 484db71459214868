package org.moslora.layers.block;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.moslora.layers.Arena;

/**
 * What the kernels of a block take from a pass, besides x and what is the block's own, and what they give to it besides y
 * and the gradient of x.
 *
 * @param <P> the pass
 */
@FunctionalInterface
public interface Context<P> {
    /** The forward kernel's last arguments. */
    List<?> arguments(P pass, NDArray x);

    /** The backward kernel's last arguments. */
    default List<?> backwardArguments(P pass, NDArray dy) {
        return arguments(pass, dy);
    }

    /** Takes note that the block has run. */
    default void ran(P pass) {}

    /**
     * Takes what the backward kernel has made.
     *
     * @param gradients that of x first
     * @param need whether the gradient of x was asked for
     */
    default void takes(Arena arena, P pass, NDArray[] gradients, boolean need) {}

    /** A pass that has nothing for its blocks. */
    enum Nothing {
        /** The one such. */
        HERE
    }

    /** Of a block that lives on x alone. */
    static <P> Context<P> none() {
        return (pass, x) -> List.of();
    }
}
