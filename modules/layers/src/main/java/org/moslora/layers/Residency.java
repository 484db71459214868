package org.moslora.layers;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which blocks of a model have their offloaded weights where they are computed with: those that ran last, as many as the
 * budget holds. A backward pass begins with the blocks that the forward pass ended with, and the next forward pass with
 * those that it ended with, so that each way only what lies beyond the budget is brought again. Used by one thread.
 */
final class Residency {
    /** Kernels read up to two blocks at a time. */
    private static final int LEAST = 2;

    private final long budget;
    /** Bytes of each, the one that ran longest ago first. */
    private final Map<BlockTensors, Long> resident = new LinkedHashMap<>();

    private long bytes;

    /** @param budget bytes of weights that may stay */
    Residency(long budget) {
        this.budget = budget;
    }

    /** Says that a block's weights are about to come, for which others may have to go. */
    void enter(BlockTensors block, long own) {
        while (bytes + own > budget && resident.size() >= LEAST) {
            resident.keySet().iterator().next().release();
        }
        resident.put(block, own);
        bytes += own;
    }

    /** Says that a block whose weights are there runs again. */
    void used(BlockTensors block) {
        Long own = resident.remove(block);
        if (own != null) {
            resident.put(block, own);
        }
    }

    /** Says that a block's weights go. */
    void leave(BlockTensors block) {
        Long own = resident.remove(block);
        bytes -= own == null ? 0 : own;
    }
}
