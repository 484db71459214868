package org.moslora.adapters.form;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;
import org.moslora.layers.LowRank;
import org.moslora.layers.Precision;

/**
 * What one layer of an adapter does to a weight W: with ΔW from its form, W + s·ΔW, or with a magnitude m
 * m·(W + s·ΔW)/‖W + s·ΔW‖; and perhaps something to its bias. Of some adapters W is what is left of the base's weight.
 *
 * @param form how the factors make ΔW
 * @param scale s
 * @param magnitude m, or null
 * @param shift what it does to the bias, or null
 * @param residual what was taken out of the weight before, or null
 */
public record LayerDelta(
        Factorization form,
        double scale,
        @Nullable Magnitude magnitude,
        @Nullable BiasDelta shift,
        @Nullable Residual residual) {
    /**
     * The same form with what stands beside it.
     *
     * @param factors everything that the file has for the layer
     * @param residual what the settings say was taken out of the weight, or null
     * @return null after a problem was told
     */
    public static @Nullable LayerDelta of(
            Factorization form,
            double scale,
            Map<TensorRole, Factor> factors,
            @Nullable Residual residual,
            Consumer<String> problems) {
        Factor given = factors.get(TensorRole.MAGNITUDE);
        boolean shifted = factors.containsKey(TensorRole.BIAS) || factors.containsKey(TensorRole.OWN_BIAS);
        if (form.isEmbedding() && (given != null || shifted)) {
            problems.accept((given == null ? "a bias" : given.key() + " is DoRA")
                    + " on an embedding table, which is not read");
            return null;
        }
        if (residual != null && (form.isEmbedding() || !form.kernel().isEmpty() || form.rank() > most(form))) {
            problems.accept(residual.label() + " changes weights of linear layers, up to their smaller side, but "
                    + form.inner().described());
            return null;
        }
        Magnitude magnitude = given == null ? null : Magnitude.read(given, form, problems);
        BiasDelta shift = BiasDelta.read(form, factors, problems);
        boolean whole = (given == null || magnitude != null) && (!shifted || shift != null);
        return whole ? new LayerDelta(form, scale, magnitude, shift, residual) : null;
    }

    private static long most(Factorization form) {
        return Math.min(form.inputs(), form.outputs());
    }

    /** Whether what it does to a weight depends on the weight. */
    public boolean dependsOnWeight() {
        return magnitude != null || residual != null;
    }

    /**
     * What people call it: the form's kind, with a magnitude {@code dora}, {@code moslora-dora} and so on; {@code pissa}
     * or {@code olora} for LoRA in place of what was taken out.
     */
    public String kind() {
        if (residual != null) {
            return residual.label() + (magnitude == null ? "" : "-dora");
        }
        return form.kind().label(magnitude != null);
    }

    /** The rank of the pair that does exactly the same to any layer; empty where there is none. */
    public OptionalInt pairRank() {
        return shift == null ? weightRank() : OptionalInt.empty();
    }

    /** The rank of the pair that does exactly the same to any weight, whatever happens to the bias; empty without one. */
    public OptionalInt weightRank() {
        return dependsOnWeight() ? OptionalInt.empty() : form.pairRank();
    }

    /**
     * As {@link #addTo}, of the bias; sum itself where this leaves it alone.
     *
     * @param bias as the model has it, zeros if it has none
     */
    public NDArray addToBias(Arena arena, NDArray sum, NDArray bias, Factors factors, double factor) {
        return shift == null ? sum : shift.addTo(arena, sum, bias, factors, scale, factor);
    }

    /** That pair, [rank, inputs] and [outputs, rank], times a factor. */
    public LowRank pair(Arena arena, Factors factors, double factor) {
        return form.pair(arena, factors, scale * factor);
    }

    /** s·ΔW times a factor, [outputs, inputs]; whatever the magnitude says comes after it. */
    public NDArray change(Arena arena, Factors factors, double factor) {
        return form.change(arena, factors, scale * factor);
    }

    /**
     * sum + factor·(W' − W), where W' is what this makes of W: several updates of one weight are added up like this.
     *
     * @param weight W, as the model has it
     * @param sum W and the updates before this one, in fp32, shaped like W
     */
    public NDArray addTo(Arena arena, NDArray sum, NDArray weight, Factors factors, double factor) {
        if (residual != null) {
            NDArray left = residual.of(arena, weight, form, scale);
            LayerDelta rest = new LayerDelta(form, scale, magnitude, shift, null);
            return Kernels.get().one(arena, "moved", sum, rest.addTo(arena, left, left, factors, 1), weight, factor);
        }
        if (magnitude != null) {
            NDArray change = change(arena, factors, 1);
            NDArray target = Kernels.get()
                    .one(arena, "decomposed", weight, change, factors.wide(magnitude.factor()), magnitude.byInput());
            return Kernels.get().one(arena, "moved", sum, target, weight, factor);
        }
        if (form instanceof LowRankFactorization low) {
            LowRank pair = low.onWeight(arena, pair(arena, factors, factor));
            return Kernels.get().one(arena, "merged", sum, pair.down(), pair.up(), Precision.FP32.scalarType());
        }
        return Kernels.get().one(arena, "changed", sum, change(arena, factors, factor));
    }
}
