package org.moslora.adapters.kind;

import com.google.gson.JsonObject;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.form.FactorReader;
import org.moslora.adapters.form.Factorization;
import org.moslora.adapters.form.HadamardFactorization;
import org.moslora.adapters.form.TensorRole;
import org.moslora.layers.Site;
import org.moslora.problems.Problems;

/**
 * LoHa (FedPara, Hyeon-Woo et al. 2022, arXiv:2108.06098): ΔW = s·(a₁·b₁) ⊙ (a₂·b₂), of rank up to r². All factors are
 * drawn as PEFT draws them, but for b₂, which is zero.
 */
final class Loha implements Formula {
    @Override
    public String name() {
        return "LOHA";
    }

    @Override
    public Set<Trait> traits() {
        return EnumSet.of(Trait.CONVOLUTIONS, Trait.PEFT);
    }

    @Override
    public String alphaKey() {
        return "alpha";
    }

    @Override
    public @Nullable Factorization read(FactorReader reader, AdapterKind kind, KindSettings settings) {
        return HadamardFactorization.read(reader, kind);
    }

    @Override
    public void describe(StoredLayers layers, JsonObject config) {
        config.addProperty("use_effective_conv2d", layers.isCored());
    }

    @Override
    public @Nullable String refusedByPeft(StoredLayers layers) {
        return layers.isMixed() ? "PEFT has cores (use_effective_conv2d) on all convolutions or on none" : null;
    }

    @Override
    public Adapter on(Site site, AdapterSpec spec) {
        long rank = spec.rank();
        long out = site.outputs();
        long in = site.inputs();
        double narrow = 1 / Math.sqrt((double) rank);
        return new HadamardAdapter(
                spec.scale(),
                Parameter.inner(
                        TensorRole.HADAMARD_1A,
                        ParameterInit.uniform(narrow, out, rank).after(1),
                        out,
                        rank),
                Parameter.inner(
                        TensorRole.HADAMARD_1B,
                        ParameterInit.uniform(1 / Math.sqrt((double) in), rank, in)
                                .after(2),
                        rank,
                        in),
                Parameter.inner(
                        TensorRole.HADAMARD_2A,
                        ParameterInit.uniform(narrow, out, rank).after(3),
                        out,
                        rank),
                Parameter.inner(TensorRole.HADAMARD_2B, ParameterInit.zero(rank, in), rank, in));
    }

    @Override
    public void check(AdapterSpec spec, Problems problems) {
        Unpaired.check(spec, problems);
    }
}
