package org.moslora.miniature.picture;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.moslora.adapters.AdapterPlan;
import org.moslora.diffusion.folder.ImageModelFiles;
import org.moslora.layers.Arena;
import org.moslora.layers.Linears;

/**
 * A model that can be taught to paint, of whichever family.
 *
 * @param <T> a caption as it is given one
 */
interface TaughtPainter<T> extends AutoCloseable {
    /** The folder that it starts from. */
    ImageModelFiles files();

    /** A caption as the model is given it. */
    T caption(String text);

    /** What of it learns. */
    AdapterPlan plan();

    /** One more instance. */
    TaughtReplica<T> replica(Linears seam);

    /**
     * Puts what has learnt in the place of what the folder held before.
     *
     * @param trained all of that, by the names of components and tensors
     */
    void write(Arena arena, Path folder, Map<String, NDArray> trained) throws IOException;

    @Override
    void close();
}
