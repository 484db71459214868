package org.moslora.adapters.kind;

import ai.djl.ndarray.NDArray;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;
import org.moslora.layers.Site;

/** LoRA (arXiv:2106.09685): nothing between the factors. */
class Lora implements Formula {
    @Override
    public String name() {
        return "LORA";
    }

    @Override
    public Set<Trait> traits() {
        return EnumSet.of(
                Trait.LOW_RANK, Trait.ROOT_SCALE, Trait.MAGNITUDE, Trait.CONVOLUTIONS, Trait.EMBEDDINGS, Trait.PEFT);
    }

    @Override
    public Adapter on(Site site, AdapterSpec spec) {
        return LowRankAdapter.of(site, spec, new Nothing());
    }

    private static final class Nothing implements Core {
        @Override
        public List<Parameter> parameters() {
            return List.of();
        }

        @Override
        public void materialize(Arena arena, NDArray down, double scale, NDArray pair) {
            Kernels.get().call(arena, "fold_plain", down, scale, pair);
        }

        @Override
        public void backward(Arena arena, NDArray gradient, NDArray down, double scale) {
            Kernels.get().call(arena, "pull_back_plain", gradient, scale);
        }
    }
}
