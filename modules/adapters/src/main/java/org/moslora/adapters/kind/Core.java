package org.moslora.adapters.kind;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.moslora.layers.Arena;

/** What a kind of the low-rank family puts between the outer factors A and B, of all layers of a group at once. */
interface Core {
    /** Its own parameters, which stand between those of A and B. */
    List<Parameter> parameters();

    /** pair [layers, r, in] = scale · core · down, written over. */
    void materialize(Arena arena, NDArray down, double scale, NDArray pair);

    /**
     * The chain rule through {@link #materialize}, in place: the gradient [layers, r, in] comes as that of the pair and leaves
     * as that of down; adds to the core's.
     */
    void backward(Arena arena, NDArray gradient, NDArray down, double scale);
}
