package org.moslora.diffusion.unet;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.moslora.layers.Arena;
import org.moslora.layers.BlockTensors;
import org.moslora.layers.block.Context;

/**
 * What a transformer block has besides x: its stack's beginning or end, and the text.
 *
 * @param tensors of the block
 */
record TransformerContext(BlockTensors tensors) implements Context<TransformerStack.Pass> {
    @Override
    public List<?> arguments(TransformerStack.Pass pass, NDArray x) {
        UNetPass unet = pass.unet();
        return List.of(pass.outer(), unet.text(), unet.tape().keeps(), unet.read(tensors));
    }

    @Override
    public List<?> backwardArguments(TransformerStack.Pass pass, NDArray dy) {
        return List.of(pass.outer(), pass.unet().text(), pass.unet().wantsText());
    }

    @Override
    public void takes(Arena arena, TransformerStack.Pass pass, NDArray[] gradients, boolean need) {
        if (pass.unet().wantsText()) {
            pass.unet().addTextGradient(arena, gradients[1]);
        }
    }
}
