package org.moslora.adapters.kind;

import org.moslora.problems.Problems;

/**
 * How many experts a layer has.
 *
 * @param experts in every layer
 * @param topK how many of them one position uses; all of them: dense
 */
public record MoeSettings(int experts, int topK) {
    public MoeSettings {
        Problems problems = new Problems();
        if (experts < 1) {
            problems.add("experts", "must be at least 1, got %d", experts);
        }
        if (topK < 1) {
            problems.add("top_k", "must be at least 1, got %d", topK);
        } else if (topK > experts && experts >= 1) {
            problems.add("top_k", "must be at most experts, %d, got %d", experts, topK);
        }
        problems.throwIfAny();
    }
}
