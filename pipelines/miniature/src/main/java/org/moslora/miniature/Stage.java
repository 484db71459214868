package org.moslora.miniature;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.moslora.adapters.TrainedAdapters;
import org.moslora.layers.Arena;

/** A model in training, as the loop sees it: what it learns from, and what is known of it so far. */
public interface Stage extends AutoCloseable {
    /** Everything that is trained. */
    TrainedAdapters trained();

    /** The arena of whatever lives as long as the model. */
    Arena arena();

    /**
     * Adds the gradients of one step, whose examples are a function of the step alone.
     *
     * @param step from 1
     * @return its loss
     */
    double learn(int step);

    /** What the model can do on examples that it never learns from: a name and a number for each. */
    Map<String, Double> examine();

    /** Fills a folder with the model as it is. */
    void write(Path folder) throws IOException;

    @Override
    void close();
}
