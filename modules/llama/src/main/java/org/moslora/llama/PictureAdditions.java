package org.moslora.llama;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;

/**
 * What is added to the rows of pictures behind the first layers (DeepStack, Meng et al. 2024, arXiv:2406.04334), and its
 * gradients, from the last to the first, as a backward pass comes to them.
 *
 * @param places the rows
 * @param rows for each of those layers, [rows, hidden]; none in a batch without pictures
 * @param gradients of them
 */
record PictureAdditions(NDArray places, List<NDArray> rows, List<NDArray> gradients) {
    static PictureAdditions none(Arena arena) {
        return new PictureAdditions(arena.none(), List.of(), new ArrayList<>());
    }

    /**
     * x with what is added behind a layer; an array of its own in any case.
     *
     * @param keep the numbers of x's rows among all; without entries where x has all
     */
    NDArray to(Arena arena, NDArray x, int layer, NDArray keep) {
        if (rows.isEmpty()) {
            return Kernels.get().one(arena, "scaled", x, 1.0);
        }
        return keep.size() == 0
                ? Kernels.get().one(arena, "added_at", x, places, rows.get(layer))
                : Kernels.get().one(arena, "added_among", x, keep, places, rows.get(layer));
    }

    /** Takes the gradient of what {@link #to} has added, from that of what it returned. */
    void take(Arena arena, NDArray dy, NDArray keep) {
        if (!rows.isEmpty()) {
            gradients.add(
                    keep.size() == 0
                            ? Kernels.get().one(arena, "selected", dy, 0, places)
                            : Kernels.get().one(arena, "selected_among", dy, keep, places));
        }
    }

    /** The gradients of all of them beside that of the embeddings, [rows, hidden · (1 + additions)]. */
    NDArray beside(Arena arena, NDArray first) {
        if (gradients.isEmpty()) {
            return first;
        }
        List<NDArray> all = new ArrayList<>(gradients);
        all.add(first);
        Collections.reverse(all);
        return Kernels.get().one(arena, "concatenated", all, 1);
    }
}
