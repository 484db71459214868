package org.moslora.adapters.kind;

import ai.djl.ndarray.NDArray;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.form.Between;
import org.moslora.adapters.form.FactorReader;
import org.moslora.adapters.form.Factorization;
import org.moslora.adapters.form.LowRankFactorization;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;
import org.moslora.layers.Site;
import org.moslora.problems.Problems;

/**
 * MoSLoRA's first step (arXiv:2406.11909, section 3.2): two subspaces of half the rank, each mixed with each by the
 * fixed mixer [[I, I], [I, I]]. Both halves of M·A are the sum of A's halves, and so are those of the gradient.
 */
final class Butterfly implements Formula {
    @Override
    public String name() {
        return "BUTTERFLY";
    }

    @Override
    public Set<Trait> traits() {
        return EnumSet.of(Trait.LOW_RANK, Trait.ROOT_SCALE, Trait.MAGNITUDE, Trait.CONVOLUTIONS, Trait.EMBEDDINGS);
    }

    @Override
    public Between between() {
        return new Between(null, Butterfly::halves);
    }

    /** [[I, I], [I, I]]. */
    private static float[] halves(int rank) {
        float[] entries = new float[rank * rank];
        for (int i = 0; i < rank; i++) {
            entries[i * rank + i % (rank / 2)] = 1;
            entries[i * rank + i % (rank / 2) + rank / 2] = 1;
        }
        return entries;
    }

    @Override
    public @Nullable Factorization read(FactorReader reader, AdapterKind kind, KindSettings settings) {
        Factorization form = LowRankFactorization.read(reader, kind, between());
        if (form != null && form.rank() % 2 == 1) {
            reader.refuse("has rank " + form.rank() + ", but a butterfly mixes two halves: its rank must be even");
            return null;
        }
        return form;
    }

    @Override
    public Adapter on(Site site, AdapterSpec spec) {
        return LowRankAdapter.of(site, spec, new Halves());
    }

    @Override
    public void check(AdapterSpec spec, Problems problems) {
        if (spec.rank() % 2 == 1) {
            problems.add("rank", "must be even for butterfly, which mixes two halves of it; got %d", spec.rank());
        }
    }

    private static final class Halves implements Core {
        @Override
        public List<Parameter> parameters() {
            return List.of();
        }

        @Override
        public void materialize(Arena arena, NDArray down, double scale, NDArray pair) {
            Kernels.get().call(arena, "fold_halves", down, scale, pair);
        }

        @Override
        public void backward(Arena arena, NDArray gradient, NDArray down, double scale) {
            Kernels.get().call(arena, "pull_back_halves", gradient, scale);
        }
    }
}
