package org.moslora.diffusion.flow;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * The texts of a batch.
 *
 * @param states rows of all texts, one after the other, [n, width]
 * @param lengths rows of each text
 */
public record FlowText(NDArray states, List<Integer> lengths) {
    public FlowText {
        lengths = List.copyOf(lengths);
    }

    /** How many texts, and so pictures, there are. */
    public int size() {
        return lengths.size();
    }
}
