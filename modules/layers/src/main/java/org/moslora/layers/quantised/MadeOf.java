package org.moslora.layers.quantised;

import java.util.SortedSet;
import org.moslora.tensors.WeightDigest;
import org.moslora.tensors.WeightSource;

/** What quantised copies follow from. */
final class MadeOf {
    /** Changes whenever the same base gives other copies. */
    private static final String RECIPE = "1";

    private MadeOf() {}

    static String digest(WeightSource base, SortedSet<String> held, Quantisation form) {
        return WeightDigest.of(RECIPE + ' ' + form, base, held);
    }
}
