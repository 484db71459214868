package org.moslora.adapters;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import org.moslora.layers.Arena;
import org.moslora.layers.FlatParameters;

/**
 * What a kind puts between the outer factors A and B of layers of one shape, all of them at once. The only thing that
 * a new kind of the low-rank family has to bring.
 */
interface Core {
    /** Reserves the core's own parameters for so many layers of a rank. */
    void reserve(FlatParameters.Plan plan, String group, int layers, int rank);

    /** Takes its windows into the allocated buffers and fills in the start values of one layer after the other. */
    void attach(FlatParameters parameters, Arena arena, long[] seeds);

    /** pair [layers, r, in] = scale · core · down, written over. */
    void fold(Arena arena, NDArray down, double scale, NDArray pair);

    /**
     * The chain rule through {@link #fold}, in place: the gradient [layers, r, in] comes as that of the pair and leaves
     * as that of down; adds to the core's.
     */
    void pullBack(Arena arena, NDArray gradient, NDArray down, double scale);

    /** The core's tensors of one layer by the name that files give them, such as {@code lora_mixer}. */
    Map<String, NDArray> tensors(int layer);
}
