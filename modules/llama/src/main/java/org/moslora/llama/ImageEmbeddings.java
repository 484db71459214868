package org.moslora.llama;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;
import org.moslora.layers.Arena;

/**
 * What stands in a batch instead of the embeddings of some of its ids, such as the features of pictures.
 *
 * @param embeddings [m, hidden]
 * @param places the m rows of the batch where they go, ascending
 * @param origin takes their gradient further back; null where nothing that they come from learns
 */
public record ImageEmbeddings(
        NDArray embeddings, NDArray places, @Nullable Origin origin) {
    /** Where inserted embeddings come from. */
    @FunctionalInterface
    public interface Origin {
        /** Adds the gradients of whatever learns, from that of the embeddings, [m, hidden]. */
        void backward(Arena arena, NDArray gradient);
    }

    /** Nothing, in a batch of text alone. */
    public static ImageEmbeddings nothing(Arena arena) {
        return new ImageEmbeddings(arena.none(), arena.none(), null);
    }
}
