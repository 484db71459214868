package org.moslora.adapters;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.form.Form;
import org.moslora.adapters.form.KroneckerForm;

/** Where the ranks and scales of an adapter's layers are said. */
interface ScaleRule {
    /** The rank that a layer must have, where something says so. */
    OptionalInt rank(String path);

    /** What says so, for messages. */
    String where();

    /**
     * The factor of a layer's update.
     *
     * @param alpha the value of the layer's own alpha tensor, null without one
     */
    double scale(String path, Form form, @Nullable Double alpha);

    /** Whether every layer must bring a magnitude. */
    boolean wantsMagnitudes();

    /** What {@code adapter_config.json} says. */
    static ScaleRule of(AdapterConfig config) {
        return new ScaleRule() {
            @Override
            public OptionalInt rank(String path) {
                // A LoKr layer may have whole factors, which have no rank to compare.
                return config.type().equals(AdapterConfig.LOKR)
                        ? OptionalInt.empty()
                        : OptionalInt.of(config.rank(path));
            }

            @Override
            public String where() {
                return AdapterNames.CONFIG;
            }

            @Override
            public double scale(String path, Form form, @Nullable Double alpha) {
                int rank = form instanceof KroneckerForm ? config.rank(path) : form.rank();
                return alpha == null ? config.scale(path, rank) : alpha / form.rank();
            }

            @Override
            public boolean wantsMagnitudes() {
                return config.asks("use_dora");
            }
        };
    }

    /**
     * What a single file's alpha tensors say; a layer without one has the scale 1, and so has a LoKr layer of two whole
     * factors whatever its alpha (LyCORIS takes its alpha to be its rank).
     */
    static ScaleRule ofTensors() {
        return new ScaleRule() {
            @Override
            public OptionalInt rank(String path) {
                return OptionalInt.empty();
            }

            @Override
            public String where() {
                return "the file";
            }

            @Override
            public double scale(String path, Form form, @Nullable Double alpha) {
                boolean whole = form instanceof KroneckerForm kronecker && kronecker.isWhole();
                return alpha == null || alpha == 0 || whole ? 1 : alpha / form.rank();
            }

            @Override
            public boolean wantsMagnitudes() {
                return false;
            }
        };
    }
}
