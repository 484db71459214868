package org.moslora.adapters.form;

import java.util.Set;

/** What a layer's factors, and the files that hold them, know of the kind of adapter that they are of. */
public interface FactorKind {
    /** {@code peft_type} of folders: PEFT's own where it has the kind. */
    String peftType();

    /** What recipes and people call it: {@code moe-lora}. */
    String recipeName();

    /** What they call it with a magnitude or without: {@code dora}, {@code moslora-dora}. */
    String label(boolean magnitude);

    /** Whether a magnitude and trained biases may stand beside it in a folder. */
    boolean takesMagnitude();

    /** Whether it is a pair of outer factors with something or nothing between them. */
    boolean isLowRank();

    /** Whether PEFT has it. */
    boolean isPeft();

    /** What it is in PEFT's folders: a pair that PEFT lacks becomes LoRA, as what is between goes into A. */
    FactorKind inPeft();

    /** Roles of its factors that no tensor has without settings which name the kind. */
    Set<TensorRole> ownRoles();

    /** Whether its factors are parameters of their own, whose keys do not end with {@code .weight}. */
    boolean hasBareKeys();
}
