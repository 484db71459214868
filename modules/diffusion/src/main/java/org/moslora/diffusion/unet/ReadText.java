package org.moslora.diffusion.unet;

import ai.djl.ndarray.NDArray;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.moslora.layers.Arena;
import org.moslora.layers.BlockTensors;
import org.moslora.layers.Kernels;

/**
 * A text's keys and values in every block that attends to it, each computed when its block runs for the first time. For
 * pictures of one text and one set of adapters.
 */
public final class ReadText {
    private final Arena arena;
    private final Map<BlockTensors, List<NDArray>> pairs = new HashMap<>();

    /** @param arena owns what is computed */
    public ReadText(Arena arena) {
        this.arena = arena;
    }

    /** Keys and values in a block, [B · m, c] each. */
    List<NDArray> pair(NDArray text, BlockTensors block) {
        return pairs.computeIfAbsent(
                block, unread -> List.of(Kernels.get().call(arena, "transformer_read", text, block.block())));
    }
}
