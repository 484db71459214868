package org.moslora.layers.block;

import org.moslora.layers.Arena;
import org.moslora.layers.Compute;

/** A model that is ready to run. Used by one thread; owns its weights. */
public interface Model extends AutoCloseable {
    /** What it was built with, which owns whatever lives as long as the model. */
    ModelBuilder builder();

    /** Where and how it computes. */
    default Compute compute() {
        return builder().compute();
    }

    /** The arena of whatever lives as long as the model. */
    default Arena arena() {
        return builder().arena();
    }

    /** An arena for one step, closed with the model at the latest. */
    default Arena step() {
        return arena().child();
    }

    @Override
    default void close() {
        arena().close();
    }
}
