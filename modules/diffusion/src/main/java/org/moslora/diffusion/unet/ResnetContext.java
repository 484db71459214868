package org.moslora.diffusion.unet;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.moslora.layers.Arena;
import org.moslora.layers.block.Context;

/**
 * What a resnet has besides x: what the way down has handed over, and the time embedding.
 *
 * @param skips whether it takes something of the way down
 * @param none stands for what it does not take
 */
record ResnetContext(boolean skips, NDArray none) implements Context<UNetPass> {
    @Override
    public List<?> arguments(UNetPass pass, NDArray x) {
        return List.of(skips ? pass.nextSkip() : none, pass.time());
    }

    @Override
    public void ran(UNetPass pass) {
        if (skips) {
            pass.join();
        }
    }

    @Override
    public List<?> backwardArguments(UNetPass pass, NDArray dy) {
        return List.of(skips ? pass.lastJoined() : none, pass.time(), pass.wantsTime());
    }

    @Override
    public void takes(Arena arena, UNetPass pass, NDArray[] gradients, boolean need) {
        if (skips && need) {
            pass.addSkipGradient(gradients[1]);
        }
        if (pass.wantsTime()) {
            pass.addTimeGradient(arena, gradients[2]);
        }
    }
}
