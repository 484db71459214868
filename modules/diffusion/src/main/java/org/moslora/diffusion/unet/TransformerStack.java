package org.moslora.diffusion.unet;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.moslora.layers.Arena;
import org.moslora.layers.Tape;
import org.moslora.layers.block.Block;
import org.moslora.layers.block.BlockList;

/** Transformer blocks one after the other over the places of a picture, and what they begin with added at the end. */
final class TransformerStack implements Block<UNetPass> {
    /** Distance of the dropout seeds of two blocks in a stack: more than the linears of any block. */
    private static final long SITES = 64;

    private final BlockList<Pass> blocks;

    TransformerStack(List<? extends Block<Pass>> blocks) {
        this.blocks = new BlockList<>(blocks, (seed, i) -> seed + SITES * i);
    }

    /**
     * A pass through one stack.
     *
     * @param unet the pass through the whole
     * @param outer forward, the picture that the stack begins with; backward, the gradient of the stack's output
     */
    record Pass(UNetPass unet, NDArray outer) {}

    @Override
    public boolean learns() {
        return blocks.learns();
    }

    @Override
    public NDArray forward(Arena arena, NDArray x, UNetPass pass, Tape tape, long seed) {
        return blocks.forward(arena, x, blocks.size(), new Pass(pass, x), tape, seed, (i, state) -> i == 0);
    }

    @Override
    public NDArray backward(Arena arena, NDArray dy, UNetPass pass, Tape tape, long seed, boolean need) {
        int lowest = blocks.lowest(i -> pass.wantsText());
        Pass own = new Pass(pass, dy);
        NDArray dx =
                blocks.backward(arena, blocks.size(), dy, lowest, own, tape, seed, need, BlockList.Gradients.none());
        return dx == null ? dy : dx;
    }
}
