package org.moslora.layers.quantised;

import java.util.SortedSet;
import org.moslora.tensors.Digests;
import org.moslora.tensors.SampledWeights;
import org.moslora.tensors.WeightSource;

/** What quantised copies follow from: the weights, as far as {@link SampledWeights} tells them apart, and the form. */
final class MadeOf {
    /** Changes whenever the same base gives other copies. */
    private static final String RECIPE = "1";

    private MadeOf() {}

    static String digest(WeightSource base, SortedSet<String> held, Quantisation form) {
        return Digests.sha256OfText(RECIPE + ' ' + form + SampledWeights.text(base, held));
    }
}
