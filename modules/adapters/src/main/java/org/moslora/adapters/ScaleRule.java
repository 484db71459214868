package org.moslora.adapters;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.form.ExpectedLayer;
import org.moslora.adapters.form.Factorization;
import org.moslora.adapters.form.KroneckerFactorization;
import org.moslora.adapters.form.Residual;
import org.moslora.adapters.kind.TrainedBias;

/** Where the ranks and scales of an adapter's layers are said. */
interface ScaleRule {
    /** What a layer must be, where something says so. */
    ExpectedLayer expected(String path);

    /**
     * The factor of a layer's update.
     *
     * @param alpha the value of the layer's own alpha tensor, null without one
     */
    double scale(String path, Factorization form, @Nullable Double alpha);

    /** Whether every layer must bring a magnitude. */
    boolean wantsMagnitudes();

    /** Which biases layers bring. */
    TrainedBias wantedBiases();

    /** What was taken out of a layer's weight before it was trained, or null. */
    default @Nullable Residual residual(String path) {
        return null;
    }

    /** What {@code adapter_config.json} says. */
    static ScaleRule of(AdapterConfig config) {
        return new ScaleRule() {
            @Override
            public ExpectedLayer expected(String path) {
                return config.expected(path);
            }

            @Override
            public double scale(String path, Factorization form, @Nullable Double alpha) {
                int rank = form instanceof KroneckerFactorization ? config.rank(path) : form.rank();
                return alpha == null ? config.scale(path, rank) : alpha / form.rank();
            }

            @Override
            public boolean wantsMagnitudes() {
                return config.asks("use_dora");
            }

            @Override
            public TrainedBias wantedBiases() {
                return config.biases();
            }

            @Override
            public @Nullable Residual residual(String path) {
                return config.residual();
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
            public ExpectedLayer expected(String path) {
                return new ExpectedLayer(OptionalInt.empty(), "the file");
            }

            @Override
            public double scale(String path, Factorization form, @Nullable Double alpha) {
                boolean whole = form instanceof KroneckerFactorization kronecker && kronecker.isWhole();
                return alpha == null || alpha == 0 || whole ? 1 : alpha / form.rank();
            }

            @Override
            public boolean wantsMagnitudes() {
                return false;
            }

            @Override
            public TrainedBias wantedBiases() {
                return TrainedBias.NONE;
            }
        };
    }
}
