package org.moslora.diffusion.unet;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.moslora.layers.Arena;
import org.moslora.layers.block.Context;

/** What a transformer block has besides x: its stack's beginning or end, and the text. */
record TransformerContext() implements Context<TransformerStack.Pass> {
    @Override
    public List<?> arguments(TransformerStack.Pass pass, NDArray x) {
        return List.of(pass.outer(), pass.unet().text(), pass.unet().tape().keeps());
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
