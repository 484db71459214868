package org.moslora.adapters.kind;

import org.moslora.problems.InvalidInput;

/**
 * How LoKr splits its layers.
 *
 * @param factor the first factor of each side where it divides it, else the largest that is no larger; −1: nearest to the root
 * @param decomposeBoth whether the small factor too is a product of low rank where that is smaller
 * @param fullMatrix whether no factor is a product, whatever the rank
 */
public record LokrSettings(int factor, boolean decomposeBoth, boolean fullMatrix) {
    public LokrSettings {
        if (factor != -1 && factor < 1) {
            throw new InvalidInput("factor", "must be at least 1, or -1 for the nearest to the root, got " + factor);
        }
    }
}
