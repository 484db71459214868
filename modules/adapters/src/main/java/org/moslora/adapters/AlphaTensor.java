package org.moslora.adapters;

import org.jspecify.annotations.Nullable;
import org.moslora.adapters.form.Factor;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.HalfFloats;
import org.moslora.tensors.TensorInfo;

/** Reads the single number that files of kohya keep beside a layer's factors. */
final class AlphaTensor {
    private AlphaTensor() {}

    /** The number; null without a tensor. */
    static @Nullable Double read(String where, @Nullable Factor factor) {
        if (factor == null) {
            return null;
        }
        TensorInfo info = factor.source().info(factor.key());
        if (info.elements() != 1 || !info.dtype().isFloating()) {
            throw new InvalidInput(
                    where, factor.described() + " of " + info.dtype() + ", but an alpha is one floating-point number");
        }
        double value = HalfFloats.floats(factor.source(), factor.key())[0];
        if (!Double.isFinite(value)) {
            throw new InvalidInput(where, factor.key() + " must be finite, got " + value);
        }
        return value;
    }
}
