package org.moslora.adapters.form;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What the factors of a layer make together. The names are the {@code peft_type} of PEFT's folders and of our own. */
public enum FactorKind {
    /** B·A. */
    LORA,
    /** B·M·A with a mixer. */
    MOSLORA,
    /** B·M·A with the fixed mixer [[I, I], [I, I]]: two subspaces, each with each. */
    BUTTERFLY,
    /** B·G·A with a core, which is a mixer that started at zero. */
    FLORA,
    /** B·diag(E)·A. */
    ADALORA,
    /** Products of two low-rank matrices, entry by entry. */
    LOHA,
    /** Kronecker products. */
    LOKR,
    /** Several B·A, of which the input chooses. */
    MOE_LORA;

    /** What recipes and people call it: {@code moe-lora}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether a magnitude may stand beside it in a folder. */
    public boolean takesMagnitude() {
        return this == LORA || this == MOSLORA || this == BUTTERFLY;
    }

    /** Whether PEFT has it. */
    public boolean isPeft() {
        return this == LORA || this == ADALORA || this == LOHA || this == LOKR;
    }

    /** Whether it is a pair of outer factors with something or nothing between them. */
    public boolean isLowRank() {
        return this != LOHA && this != LOKR && this != MOE_LORA;
    }

    /** The kind that {@code peft_type} names. */
    public static Optional<FactorKind> of(String peftType) {
        return Arrays.stream(values())
                .filter(kind -> kind.name().equals(peftType))
                .findFirst();
    }
}
