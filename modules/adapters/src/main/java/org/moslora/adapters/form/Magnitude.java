package org.moslora.adapters.form;

import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * DoRA's m (Liu et al. 2024, arXiv:2402.09353): the layer's weight is m·(W + ΔW)/‖W + ΔW‖.
 *
 * @param factor its tensor
 * @param byInput whether there is one number for each input channel, as LyCORIS once had it, and not for each output
 */
public record Magnitude(Factor factor, boolean byInput) {
    /** What a file has for a layer; null after a problem was told. */
    static @Nullable Magnitude read(Factor factor, Factorization form, Consumer<String> problems) {
        long count = factor.shape().stream().reduce(1L, (a, b) -> a * b);
        int axes = factor.shape().size();
        long channels = channels(form);
        boolean input = axes > 1 && factor.size(0) == 1 && factor.size(1) == count && !isPeftKernel(factor);
        if (!input && count == form.outputs()) {
            return new Magnitude(factor, false);
        }
        if (input && count > 0 && (channels == 0 ? form.inputs() % count == 0 : channels == count)) {
            return new Magnitude(factor, true);
        }
        problems.accept(String.format(
                Locale.ROOT,
                "%s has shape %s, but its layer has %d outputs and %d inputs",
                factor.key(),
                factor.shape(),
                form.outputs(),
                form.inputs()));
        return null;
    }

    /** Input channels where the form shows them, else 0. */
    private static long channels(Factorization form) {
        return form instanceof LowRankFactorization low
                ? low.down().size(1)
                : form.kernel().isEmpty()
                        ? 0
                        : form.inputs() / form.kernel().stream().reduce(1L, (a, b) -> a * b);
    }

    /** PEFT gives a convolution's outputs as [1, out, 1, 1]. */
    private static boolean isPeftKernel(Factor factor) {
        return factor.key().contains(TensorRole.MAGNITUDE.peft());
    }
}
