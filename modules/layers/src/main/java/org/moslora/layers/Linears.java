package org.moslora.layers;

/** The one seam at which a model gets its linear layers: whoever implements it sees every layer as it is made. */
@FunctionalInterface
public interface Linears {
    /** Takes note of a layer that a model has just made, and may put an adapter on it. */
    void made(Linear linear);

    /** Leaves every layer as it is. */
    static Linears plain() {
        return linear -> {};
    }
}
