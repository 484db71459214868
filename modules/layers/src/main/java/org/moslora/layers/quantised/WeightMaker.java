package org.moslora.layers.quantised;

import ai.djl.ndarray.NDArray;
import org.moslora.layers.Arena;

/** Makes a weight's plain numbers; asked twice, for its scales and for its codes, and must give the same both times. */
@FunctionalInterface
public interface WeightMaker {
    /** The weight in any floating format; the arena owns what is made. */
    NDArray make(Arena arena);
}
