package org.moslora.llama;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;
import org.moslora.layers.Tape;
import org.moslora.layers.block.Block;

/**
 * Where something is added to the rows of pictures, behind a layer.
 *
 * @param layer the one before it
 * @param last whether that goes on with some rows only
 * @param none an array without entries
 * @param bytes of one number of the model's format
 */
record AdditionBlock(int layer, boolean last, NDArray none, int bytes) implements Block<BatchRows> {
    @Override
    public boolean learns() {
        return false;
    }

    private NDArray left(BatchRows pass) {
        return last ? pass.keep() : none;
    }

    @Override
    public NDArray forward(Arena arena, NDArray x, BatchRows pass, Tape tape, long seed) {
        NDArray y = pass.additions().to(arena, x, layer, left(pass));
        tape.add(x, List.of(), bytes);
        return y;
    }

    @Override
    public NDArray backward(Arena arena, NDArray dy, BatchRows pass, Tape tape, long seed, boolean need) {
        tape.take().close();
        pass.additions().take(arena, dy, left(pass));
        return Kernels.get().one(arena, "scaled", dy, 1.0);
    }
}
