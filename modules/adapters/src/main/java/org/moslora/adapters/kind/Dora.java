package org.moslora.adapters.kind;

import java.util.EnumSet;
import java.util.Set;

/** DoRA (arXiv:2402.09353): LoRA, and a magnitude on the outputs of every layer, which {@link DecomposedAdapter} adds. */
final class Dora extends Lora {
    @Override
    public String name() {
        return "DORA";
    }

    @Override
    public Set<Trait> traits() {
        return EnumSet.of(
                Trait.LOW_RANK,
                Trait.ROOT_SCALE,
                Trait.MAGNITUDE,
                Trait.CONVOLUTIONS,
                Trait.EMBEDDINGS,
                Trait.PEFT,
                Trait.DECOMPOSED);
    }
}
