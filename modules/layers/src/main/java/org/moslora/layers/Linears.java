package org.moslora.layers;

/**
 * The one seam at which a model gets its linear layers, and what else of it can learn: whoever implements it sees every
 * layer and every other tensor as it is made.
 */
@FunctionalInterface
public interface Linears {
    /** Takes note of a layer that a model has just made, and may put an adapter on it. */
    void made(Linear linear);

    /** Takes note of a tensor outside all layers that a model has just made. */
    default void made(OtherTensor tensor) {}

    /** Leaves every layer as it is. */
    static Linears plain() {
        return linear -> {};
    }
}
