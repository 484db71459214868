package org.moslora.adapters.form;

import java.util.Set;

/** What a layer's factors, and the files that hold them, know of the kind of adapter that they are of. */
public interface FactorKind {
    /** {@code peft_type} of folders: PEFT's own where it has the kind. */
    String peftType();

    /** What people call it with a magnitude or without: {@code dora}, {@code moslora-dora}. */
    String label(boolean magnitude);

    /** Roles of its factors that no tensor has without settings which name the kind. */
    Set<TensorRole> ownRoles();

    /** Whether its factors are parameters of their own, whose keys do not end with {@code .weight}. */
    boolean hasBareKeys();
}
