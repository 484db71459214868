package org.moslora.diffusion.text;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.moslora.layers.Arena;
import org.moslora.layers.BlockTensors;
import org.moslora.layers.Kernels;
import org.moslora.layers.block.ModelBuilder;

/** What precedes the blocks: the embeddings of tokens and of positions. */
final class TextStart {
    private final BlockTensors tensors;

    TextStart(ModelBuilder builder) {
        this.tensors =
                builder.tensors(List.of(builder.tensor(ClipTextNames.TOKENS), builder.tensor(ClipTextNames.POSITIONS)));
    }

    boolean learns() {
        return tensors.learns();
    }

    /** The embeddings [texts · tokens, hidden] of ids [texts, tokens]. */
    NDArray embedded(Arena arena, NDArray ids) {
        return Kernels.get().one(arena, "text_embed", ids, tensors.block());
    }

    /** Adds the gradients of both tables, from that of the embeddings. */
    void backward(Arena arena, NDArray dy, NDArray ids) {
        Kernels.get().call(arena, "text_embed_back", dy, ids, tensors.block());
    }
}
