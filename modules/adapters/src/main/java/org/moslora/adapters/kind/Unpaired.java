package org.moslora.adapters.kind;

import org.moslora.problems.Problems;

/** What kinds without A and B cannot be told about them. */
final class Unpaired {
    private Unpaired() {}

    static void check(AdapterSpec spec, Problems problems) {
        String kind = spec.kind().recipeName();
        if (spec.init() != FactorInit.KAIMING) {
            problems.add("init", "says how A starts, but %s has none; its factors start as PEFT's do", kind);
        }
        if (spec.options().outerRatio() != 1) {
            problems.add("lora_plus_ratio", "is for B and magnitudes, but %s has neither", kind);
        }
    }
}
