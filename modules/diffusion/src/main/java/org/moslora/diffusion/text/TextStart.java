package org.moslora.diffusion.text;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.moslora.diffusion.parts.BlockTensors;
import org.moslora.diffusion.parts.Parts;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;

/** What precedes the blocks: the embeddings of tokens and of positions. */
final class TextStart {
    private final BlockTensors tensors;

    TextStart(Parts parts) {
        this.tensors = parts.block(List.of(parts.tensor(TextNames.TOKENS), parts.tensor(TextNames.POSITIONS)));
    }

    boolean learns() {
        return tensors.learns();
    }

    /** The embeddings [texts · tokens, hidden] of ids [texts, tokens]. */
    NDArray embedded(Arena arena, NDArray ids) {
        return Kernels.get().one(arena, "text_embed", ids, tensors.weights());
    }

    /** Adds the gradients of both tables, from that of the embeddings. */
    void backward(Arena arena, NDArray dy, NDArray ids) {
        Kernels.get().call(arena, "text_embed_back", dy, ids, tensors.weightGradients());
    }
}
