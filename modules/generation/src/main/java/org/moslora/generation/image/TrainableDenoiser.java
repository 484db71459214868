package org.moslora.generation.image;

import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.block.Model;

/** A denoiser of whatever family, loaded: it can be asked for pictures, and while it learns. Owns its weights. */
public interface TrainableDenoiser extends Denoiser, AutoCloseable {
    /** The model itself. */
    Model model();

    /** Asks for training; the answer lives in the arena. */
    DenoiserAnswer ask(Arena step, DenoiserQuestion question);

    /** Where and how it computes. */
    default Compute compute() {
        return model().compute();
    }

    /** The arena of whatever lives as long as the model. */
    default Arena arena() {
        return model().arena();
    }

    /** An arena for one step, closed with the model at the latest. */
    default Arena step() {
        return model().step();
    }

    @Override
    default void close() {
        model().close();
    }
}
