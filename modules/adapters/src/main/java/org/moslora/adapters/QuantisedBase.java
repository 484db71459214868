package org.moslora.adapters;

import java.util.Collection;
import org.moslora.problems.FieldName;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.Packed;
import org.moslora.tensors.WeightSource;

/** Whether adapters may be merged into a base as it is held. */
public final class QuantisedBase {
    private QuantisedBase() {}

    /**
     * Checks a base's sources.
     *
     * @param model what messages call the base
     * @param requantize whether the user accepts that changed weights are quantised anew
     * @throws InvalidInput when any weight is quantised and the user does not, or none is and the user does
     */
    public static void check(String model, Collection<WeightSource> sources, boolean requantize) {
        for (WeightSource source : sources) {
            for (String name : source.names()) {
                Packed packed = source.packed(name).orElse(null);
                if (packed != null && requantize) {
                    return;
                }
                if (packed != null) {
                    throw new InvalidInput(
                            model,
                            "holds its weights in " + packed.form() + ", which would round what an adapter adds to the"
                                    + " same few levels and lose most of it; merge into the 16-bit model that it was made"
                                    + " of, or take the loss with " + FieldName.of("requantize"));
                }
            }
        }
        if (requantize) {
            throw new InvalidInput(
                    FieldName.of("requantize"), model + " holds no quantised weights; leave the option out");
        }
    }
}
