package org.moslora.diffusion.unet;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import org.moslora.diffusion.parts.Parts;
import org.moslora.layers.Arena;

/** Transformer blocks one after the other over the places of a picture, and what they begin with added at the end. */
final class TransformerStack implements Block {
    private final boolean kept;
    private final List<TransformerBlock> blocks = new ArrayList<>();

    TransformerStack(Parts parts, UNetConfig config, Step.Transformer step) {
        this.kept = step.kept();
        for (int i = 0; i < step.level().depth(); i++) {
            blocks.add(new TransformerBlock(parts, config, step, i));
        }
    }

    @Override
    public boolean learns() {
        return blocks.stream().anyMatch(TransformerBlock::learns);
    }

    @Override
    public boolean reads() {
        return true;
    }

    @Override
    public boolean kept() {
        return kept;
    }

    @Override
    public NDArray forward(Arena arena, NDArray x, UNetPass pass, long seed) {
        NDArray y = x;
        for (int i = 0; i < blocks.size(); i++) {
            NDArray before = y;
            y = blocks.get(i).forward(arena, before, x, pass, seed + UNet.SITES * i);
            if (i > 0 && !pass.tape().keeps()) {
                before.close();
            }
        }
        return y;
    }

    @Override
    public NDArray backward(Arena arena, NDArray dy, UNetPass pass, long seed, boolean need) {
        int lowest = need ? 0 : lowest(pass.wantsText());
        NDArray gradient = dy;
        for (int i = blocks.size() - 1; i >= lowest; i--) {
            NDArray after = gradient;
            boolean below = need || i > lowest;
            gradient = blocks.get(i).backward(arena, after, dy, pass, seed + UNet.SITES * i, below);
            if (after != dy) {
                after.close();
            }
        }
        return gradient;
    }

    private int lowest(boolean text) {
        int lowest = 0;
        while (!text && lowest < blocks.size() && !blocks.get(lowest).learns()) {
            lowest++;
        }
        return lowest;
    }
}
