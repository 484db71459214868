package org.moslora.adapters.kind;

import com.google.gson.JsonObject;
import java.util.EnumSet;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.form.Between;
import org.moslora.adapters.form.FactorReader;
import org.moslora.adapters.form.Factorization;
import org.moslora.adapters.form.LayerDelta;
import org.moslora.adapters.form.LowRankFactorization;
import org.moslora.adapters.form.TensorRole;
import org.moslora.layers.Site;
import org.moslora.problems.Problems;

/**
 * What makes a kind of adapter: all that is particular to it, trained and in files. A new kind is one implementation and
 * one constant. Whatever a kind does not say is that of a pair with nothing, or with {@link #between}, between its
 * factors.
 */
public interface Formula {
    /** {@code peft_type} of its folders, such as {@code MOE_LORA}; in lower case and with dashes its name in recipes. */
    String name();

    /** What holds of it and not of every kind. */
    default Set<Trait> traits() {
        return EnumSet.of(Trait.LOW_RANK, Trait.ROOT_SCALE, Trait.CONVOLUTIONS);
    }

    /** The adapter of layers like this one: as wide, with the same kernel. */
    Adapter on(Site site, AdapterSpec spec);

    /** Tells what of the settings does not go with this kind; ranks are those of single layers. */
    default void check(AdapterSpec spec, Problems problems) {
        // Most kinds take whatever is within bounds.
    }

    /** Tells what of the settings does not go with a run of so many steps. */
    default void check(AdapterSpec spec, int steps, Problems problems) {
        // Most kinds learn the same way from the first step to the last.
    }

    /** The rank that its own settings say, in place of the common one. */
    default OptionalInt ownRank(KindSettings settings) {
        return OptionalInt.empty();
    }

    /** What alpha is divided by. */
    default double divisor(int rank) {
        return rank;
    }

    /** Writes into {@code adapter_config.json} what this kind has besides rank, alpha and dropout. */
    default void describe(AdapterSpec spec, JsonObject config) {
        // Most kinds have nothing else.
    }

    /** What a pair has between its factors. */
    default Between between() {
        return Between.NOTHING;
    }

    /** Roles of its factors that no tensor has without settings which name the kind. */
    default Set<TensorRole> ownRoles() {
        return Set.of();
    }

    /** Where {@code adapter_config.json} says the rank. */
    default String rankKey() {
        return "r";
    }

    /** Where {@code adapter_config.json} says alpha. */
    default String alphaKey() {
        return "lora_alpha";
    }

    /**
     * Reads what {@code adapter_config.json} must say besides rank and alpha for layers to be read.
     *
     * @throws org.moslora.problems.InvalidInput when it does not
     */
    default KindSettings settings(ConfigJson config) {
        return KindSettings.DEFAULT;
    }

    /** Reads a layer's factors from a file; null after a problem was told. */
    default @Nullable Factorization read(FactorReader reader, AdapterKind kind, KindSettings settings) {
        return LowRankFactorization.read(reader, kind, between());
    }

    /** Writes into {@code adapter_config.json} what layers from a file say besides rank and alpha. */
    default void describe(StoredLayers layers, JsonObject config) {
        layers.describePairs(config);
    }

    /** Why PEFT would not make the shapes of these layers; null if it does. */
    default @Nullable String refusedByPeft(StoredLayers layers) {
        return null;
    }

    /**
     * The rank that settings give a layer.
     *
     * @param places of the layer's kernel, 1 for a linear
     * @param said what they said before
     */
    default int rank(LayerDelta layer, long places, OptionalInt said) {
        return layer.form().rank();
    }
}
