package org.moslora.multimodal;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.moslora.examples.image.PictureInput;
import org.moslora.layers.Arena;

/** What stands between tower and language model: projects features, and lays them out as its tokens. */
public interface Connector {
    /** Whether a backward pass has anything to gather here. */
    boolean learns();

    /**
     * Features to what takes the place of image tokens, in the order of the pictures.
     *
     * @param pictures without pixels, perhaps
     */
    Connected forward(Arena arena, NDArray features, List<PictureInput> pictures, long seed);

    /** Gathers the connector's gradients; the gradient of the features where {@code need} says so. */
    NDArray backward(
            Arena arena,
            NDArray dy,
            NDArray features,
            Connected made,
            List<PictureInput> pictures,
            long seed,
            boolean need);
}
