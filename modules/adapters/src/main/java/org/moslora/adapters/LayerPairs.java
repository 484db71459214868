package org.moslora.adapters;

import org.moslora.layers.Arena;
import org.moslora.layers.LowRank;

/** How what several adapters do to one layer becomes one low-rank pair. */
@FunctionalInterface
interface LayerPairs {
    /**
     * The pair, scales and weights inside.
     *
     * @param updates at least one
     */
    LowRank of(Arena arena, LayerUpdates updates);
}
