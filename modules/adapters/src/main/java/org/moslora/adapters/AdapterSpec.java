package org.moslora.adapters;

import org.moslora.problems.Problems;

/**
 * What kind of adapter to put on, and how it starts.
 *
 * @param kind the formula
 * @param rank of the factors, at least 1
 * @param alpha the update is scaled by alpha/rank; above 0
 * @param dropout share of the input that the adapter does not see while training, in [0, 1)
 * @param mixerInit of MoSLoRA's mixer
 * @param init of A
 */
public record AdapterSpec(
        AdapterKind kind, int rank, double alpha, double dropout, MixerInit mixerInit, FactorInit init) {
    public AdapterSpec {
        Problems problems = new Problems();
        if (rank < 1) {
            problems.add("rank", "must be at least 1, got %d", rank);
        }
        if (!(alpha > 0) || Double.isInfinite(alpha)) {
            problems.add("alpha", "must be above 0, got %s", alpha);
        }
        if (!(dropout >= 0 && dropout < 1)) {
            problems.add("dropout", "must be at least 0 and below 1, got %s", dropout);
        }
        problems.throwIfAny();
    }

    /** Factor of the update: alpha/rank. */
    public double scale() {
        return alpha / rank;
    }
}
