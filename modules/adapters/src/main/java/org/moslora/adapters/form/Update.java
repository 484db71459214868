package org.moslora.adapters.form;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;
import org.moslora.layers.LowRank;
import org.moslora.layers.Precision;

/**
 * What one layer of an adapter does to a weight W: with ΔW from its form, W + s·ΔW, or with a magnitude m
 * m·(W + s·ΔW)/‖W + s·ΔW‖; and perhaps something to its bias.
 *
 * @param form how the factors make ΔW
 * @param scale s
 * @param magnitude m, or null
 * @param shift what it does to the bias, or null
 */
public record Update(
        Form form,
        double scale,
        @Nullable Magnitude magnitude,
        @Nullable Shift shift) {
    /**
     * Reads the factors of a layer.
     *
     * @param layer its path, for messages
     * @param factors everything that the file has for it
     * @param expected what the settings say of it, to be checked
     * @param problems is told whatever is wrong
     * @return null after a problem was told
     */
    public static @Nullable Form form(
            String layer, Map<Role, Factor> factors, Expected expected, Consumer<String> problems) {
        Parts parts = new Parts(layer, factors, expected, problems);
        Kind kind = expected.kind() == null ? shown(factors.keySet()) : expected.kind();
        return switch (kind) {
            case LOHA -> HadamardForm.read(parts);
            case LOKR -> KroneckerForm.read(parts);
            case MOE_LORA -> RoutedForm.read(parts, expected.experts(), expected.topK());
            case LORA, MOSLORA, BUTTERFLY, FLORA, ADALORA -> LowRankForm.read(parts, kind);
        };
    }

    /** The kind that a file without settings must mean. */
    private static Kind shown(Set<Role> roles) {
        if (roles.stream().anyMatch(role -> role.name().startsWith("HADAMARD"))) {
            return Kind.LOHA;
        }
        if (roles.stream().anyMatch(role -> role.name().startsWith("KRONECKER"))) {
            return Kind.LOKR;
        }
        return roles.contains(Role.MIXER) ? Kind.MOSLORA : Kind.LORA;
    }

    /**
     * The same form with what stands beside it.
     *
     * @param factors everything that the file has for the layer
     * @return null after a problem was told
     */
    public static @Nullable Update of(Form form, double scale, Map<Role, Factor> factors, Consumer<String> problems) {
        Factor given = factors.get(Role.MAGNITUDE);
        boolean shifted = factors.containsKey(Role.BIAS) || factors.containsKey(Role.OWN_BIAS);
        if (form.isEmbedding() && (given != null || shifted)) {
            problems.accept((given == null ? "a bias" : given.key() + " is DoRA")
                    + " on an embedding table, which is not read");
            return null;
        }
        Magnitude magnitude = given == null ? null : Magnitude.read(given, form, problems);
        Shift shift = Shift.read(form, factors, problems);
        boolean whole = (given == null || magnitude != null) && (!shifted || shift != null);
        return whole ? new Update(form, scale, magnitude, shift) : null;
    }

    /** What people call it: the form's kind, with a magnitude {@code dora}, {@code moslora-dora} and so on. */
    public String kind() {
        String kind = form.kind().label();
        return magnitude == null ? kind : form.kind() == Kind.LORA ? "dora" : kind + "-dora";
    }

    /** The rank of the pair that does exactly the same to any layer; empty where there is none. */
    public OptionalInt pairRank() {
        return shift == null ? weightRank() : OptionalInt.empty();
    }

    /** The rank of the pair that does exactly the same to any weight, whatever happens to the bias; empty without one. */
    public OptionalInt weightRank() {
        return magnitude == null ? form.pairRank() : OptionalInt.empty();
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
        if (magnitude != null) {
            NDArray change = change(arena, factors, 1);
            NDArray target = Kernels.get()
                    .one(arena, "decomposed", weight, change, factors.wide(magnitude.factor()), magnitude.byInput());
            return Kernels.get().one(arena, "moved", sum, target, weight, factor);
        }
        if (form instanceof LowRankForm low) {
            LowRank pair = low.onWeight(arena, pair(arena, factors, factor));
            return Kernels.get().one(arena, "merged", sum, pair.down(), pair.up(), Precision.FP32.scalarType());
        }
        return Kernels.get().one(arena, "changed", sum, change(arena, factors, factor));
    }
}
