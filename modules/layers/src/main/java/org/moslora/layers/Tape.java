package org.moslora.layers;

import ai.djl.ndarray.NDArray;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * What a forward pass leaves for the backward pass, block by block. Of every block its input is kept; of as many as
 * fit into the budget also what the block computed inside, so that only the others are computed again
 * (gradient checkpointing, Chen et al. 2016, arXiv:1604.06174, where memory asks for it).
 */
public final class Tape {
    private final Deque<Entry> entries = new ArrayDeque<>();
    private final boolean keeps;
    private long budget;

    private Tape(boolean keeps, long budget) {
        this.keeps = keeps;
        this.budget = budget;
    }

    /** @param budget bytes that the insides of blocks may take together */
    public static Tape of(long budget) {
        return new Tape(true, budget);
    }

    /** For a pass without a backward pass: keeps nothing, and leaves the inputs to whoever made them. */
    public static Tape none() {
        return new Tape(false, 0);
    }

    /**
     * One block.
     *
     * @param input what it was given
     * @param saved what it computed inside; empty where that is to be computed again
     */
    public record Entry(NDArray input, List<NDArray> saved) {
        /** Frees both. */
        public void close() {
            saved.forEach(NDArray::close);
            input.close();
        }
    }

    /** Whether there will be a backward pass. */
    public boolean keeps() {
        return keeps;
    }

    /** Takes the input and the inside of the block that has just run. */
    public void add(NDArray input, List<NDArray> saved, int bytesPerEntry) {
        long size = saved.stream().mapToLong(NDArray::size).sum() * bytesPerEntry;
        if (keeps && size <= budget) {
            budget -= size;
            entries.push(new Entry(input, saved));
            return;
        }
        saved.forEach(NDArray::close);
        if (keeps) {
            entries.push(new Entry(input, List.of()));
        }
    }

    /** The last block that has not been taken yet. */
    public Entry take() {
        return entries.pop();
    }
}
