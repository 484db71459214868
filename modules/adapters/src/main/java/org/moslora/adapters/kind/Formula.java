package org.moslora.adapters.kind;

import com.google.gson.JsonObject;
import org.moslora.layers.Site;
import org.moslora.problems.Problems;

/** What makes a kind of adapter: all that is particular to it. A new kind is one implementation and one constant. */
interface Formula {
    /** The adapter of layers like this one: as wide, with the same kernel. */
    Adapter on(Site site, AdapterSpec spec);

    /** Tells what of the settings does not go with this kind; ranks are those of single layers. */
    default void check(AdapterSpec spec, Problems problems) {
        // Most kinds take whatever is within bounds.
    }

    /** Whether the scale may be alpha/√rank. */
    default boolean takesRootScale() {
        return true;
    }

    /** What alpha is divided by. */
    default double divisor(int rank) {
        return rank;
    }

    /** Whether vectors of the outputs may stand beside it: a magnitude, a trained bias. */
    default boolean takesMagnitude() {
        return false;
    }

    /** Whether it works on convolutions too. */
    default boolean takesConvolutions() {
        return true;
    }

    /** Whether it works on embedding tables too. */
    default boolean takesEmbeddings() {
        return false;
    }

    /** Writes into {@code adapter_config.json} what this kind has besides rank, alpha and dropout. */
    default void describe(AdapterSpec spec, JsonObject config) {
        // Most kinds have nothing else.
    }
}
