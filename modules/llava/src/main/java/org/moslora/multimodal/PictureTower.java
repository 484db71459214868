package org.moslora.multimodal;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.moslora.examples.image.PictureInput;
import org.moslora.layers.Arena;
import org.moslora.layers.Tape;

/** What looks at pictures. */
public interface PictureTower {
    /** Whether a backward pass has anything to gather here. */
    boolean learns();

    /** The pixels of pictures as {@link #forward} reads them. */
    NDArray pixels(Arena arena, List<PictureInput> pictures);

    /** Pixels to features, those of one picture after the other. */
    NDArray forward(Arena arena, NDArray pixels, List<PictureInput> pictures, long seed, Tape tape);

    /** Gathers the gradients of whatever learns, from that of the features. */
    void backward(Arena arena, NDArray features, NDArray pixels, List<PictureInput> pictures, long seed, Tape tape);
}
