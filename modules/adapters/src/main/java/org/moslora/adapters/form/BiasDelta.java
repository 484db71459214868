package org.moslora.adapters.form;

import ai.djl.ndarray.NDArray;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;

/**
 * What an adapter does to a layer's bias, as PEFT has it: with {@code lora_bias} it adds s·b, with {@code bias: lora_only}
 * b takes its place.
 *
 * @param factor b, [out]
 * @param replaces whether b is the bias from now on, and no part of the scaled change
 */
public record BiasDelta(Factor factor, boolean replaces) {
    /** What a file has for a layer; null where it has nothing, or after a problem was told. */
    static @Nullable BiasDelta read(Factorization form, Map<TensorRole, Factor> factors, Consumer<String> problems) {
        Factor added = factors.get(TensorRole.BIAS);
        Factor own = factors.get(TensorRole.OWN_BIAS);
        if (added != null && own != null) {
            problems.accept(added.key() + " stands beside " + own.key() + ": a layer's bias is trained in one way");
            return null;
        }
        Factor factor = added == null ? own : added;
        if (factor == null) {
            return null;
        }
        if (factor.shape().size() == 1 && factor.size(0) == form.outputs()) {
            return new BiasDelta(factor, own != null);
        }
        problems.accept(String.format(
                Locale.ROOT,
                "%s has shape %s, but its layer has %d outputs: expected [%d]",
                factor.key(),
                factor.shape(),
                form.outputs(),
                form.outputs()));
        return null;
    }

    /** What its tensor is. */
    public TensorRole role() {
        return replaces ? TensorRole.OWN_BIAS : TensorRole.BIAS;
    }

    /**
     * sum + factor·(b' − b), where b' is what this makes of b.
     *
     * @param bias b, in any format
     * @param sum b and the changes before this one, in fp32
     * @param scale of the layer's update
     */
    NDArray addTo(Arena arena, NDArray sum, NDArray bias, Factors factors, double scale, double factor) {
        NDArray own = factors.wide(this.factor);
        return replaces
                ? Kernels.get().one(arena, "moved", sum, own, bias, factor)
                : Kernels.get().one(arena, "added", sum, Kernels.get().one(arena, "scaled", own, scale * factor));
    }
}
