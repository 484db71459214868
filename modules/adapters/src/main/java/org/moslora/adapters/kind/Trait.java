package org.moslora.adapters.kind;

/** What holds of some kinds of adapter and not of others. */
public enum Trait {
    /** It is a pair of outer factors with something or nothing between them. */
    LOW_RANK,
    /** It works on convolutions too. */
    CONVOLUTIONS,
    /** It works on embedding tables too. */
    EMBEDDINGS,
    /** The scale may be alpha/√rank. */
    ROOT_SCALE,
    /** Vectors of the outputs may stand beside it: a magnitude, a trained bias. */
    MAGNITUDE,
    /** It is LoRA whose layers all have a magnitude. */
    DECOMPOSED,
    /** A run cuts ranks of its layers, and its folders note which were kept. */
    RANK_BUDGET,
    /** Factors of a layer may be whole, so that they have no rank to compare with the settings'. */
    WHOLE_FACTORS,
    /** PEFT has it. */
    PEFT,
    /** Its factors are parameters of their own, whose keys do not end with {@code .weight}. */
    BARE_KEYS
}
