package org.moslora.llava;

import ai.djl.ndarray.NDArray;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * What a forward pass leaves for the backward pass, block by block. Of every block its input is kept; of as many as
 * fit into the budget also what the block computed inside, so that only the others are computed again
 * (gradient checkpointing, Chen et al. 2016, arXiv:1604.06174, where memory asks for it).
 */
final class Tape {
    private final Deque<Entry> entries = new ArrayDeque<>();
    private long budget;

    /** @param budget bytes that the insides of blocks may take together */
    Tape(long budget) {
        this.budget = budget;
    }

    /** One block: its input and, unless it is to be computed again, its inside. */
    record Entry(NDArray input, List<NDArray> saved) {
        void close() {
            saved.forEach(NDArray::close);
            input.close();
        }
    }

    /** Takes the input and the inside of the block that has just run. */
    void add(NDArray input, List<NDArray> saved, int bytesPerEntry) {
        long size = saved.stream().mapToLong(NDArray::size).sum() * bytesPerEntry;
        if (size <= budget) {
            budget -= size;
            entries.push(new Entry(input, saved));
        } else {
            saved.forEach(NDArray::close);
            entries.push(new Entry(input, List.of()));
        }
    }

    /** The last block that has not been taken yet. */
    Entry take() {
        return entries.pop();
    }
}
