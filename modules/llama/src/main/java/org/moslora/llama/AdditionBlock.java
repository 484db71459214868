package org.moslora.llama;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;
import org.moslora.layers.Tape;
import org.moslora.layers.block.Block;

/**
 * Where something is added to the rows of pictures, between two layers.
 *
 * @param layer the one before it
 * @param bytes of one number of the model's format
 */
record AdditionBlock(int layer, int bytes) implements Block<BatchRows> {
    @Override
    public boolean learns() {
        return false;
    }

    @Override
    public NDArray forward(Arena arena, NDArray x, BatchRows pass, Tape tape, long seed) {
        NDArray y = pass.additions().to(arena, x, layer);
        tape.add(x, List.of(), bytes);
        return y;
    }

    @Override
    public NDArray backward(Arena arena, NDArray dy, BatchRows pass, Tape tape, long seed, boolean need) {
        tape.take().close();
        PictureAdditions additions = pass.additions();
        if (!additions.rows().isEmpty()) {
            additions.gradients().add(Kernels.get().one(arena, "selected", dy, 0, additions.places()));
        }
        return Kernels.get().one(arena, "scaled", dy, 1.0);
    }
}
