package org.moslora.adapters.kind;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.moslora.adapters.form.KroneckerFactorization;

/**
 * How PEFT splits a layer's sides for LoKr. It knows neither shapes nor which factors are whole, but works both out from
 * the rank and a common {@code decompose_factor}; so its folders hold only what this rule gives back.
 *
 * @param form the factors
 * @param places of the layer's kernel, 1 for a linear
 */
record PeftSplit(KroneckerFactorization form, long places) {
    private static final int MOST = 1 << 16;

    static List<PeftSplit> of(StoredLayers layers) {
        return layers.layers().stream()
                .map(layer ->
                        new PeftSplit((KroneckerFactorization) layer.delta().form(), layer.places()))
                .toList();
    }

    /** The factor by which PEFT gives every layer the shapes that it has; empty if there is none. */
    static OptionalInt factor(List<PeftSplit> layers) {
        boolean both = layers.stream().anyMatch(layer -> !layer.form.small().isWhole());
        int most = (int) layers.stream()
                .mapToLong(layer ->
                        Math.max(layer.form.small().rows(), layer.form.small().columns()))
                .max()
                .orElse(1);
        return IntStream.concat(IntStream.of(-1), IntStream.rangeClosed(1, Math.min(MOST, most)))
                .filter(factor -> layers.stream().allMatch(layer -> layer.isGiven(factor, both)))
                .findFirst();
    }

    private boolean isGiven(int factor, boolean both) {
        int rank = form.rank();
        boolean small =
                both && rank < Math.max(form.small().rows(), form.small().columns()) / 2.0;
        return KroneckerFactorization.split(form.outputs(), factor)
                        == form.small().rows()
                && KroneckerFactorization.split(form.inputs() / places, factor)
                        == form.small().columns()
                && small != form.small().isWhole()
                && isWhole(rank) == form.large().isWhole();
    }

    /** Whether PEFT keeps the large factor whole at a rank. */
    boolean isWhole(int rank) {
        return rank >= Math.max(form.large().rows(), form.large().columns() / places) / 2.0;
    }
}
