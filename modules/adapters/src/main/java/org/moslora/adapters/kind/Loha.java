package org.moslora.adapters.kind;

import org.moslora.adapters.form.TensorRole;
import org.moslora.layers.Site;
import org.moslora.problems.Problems;

/**
 * LoHa (FedPara, Hyeon-Woo et al. 2022, arXiv:2108.06098): ΔW = s·(a₁·b₁) ⊙ (a₂·b₂), of rank up to r². All factors are
 * drawn as PEFT draws them, but for b₂, which is zero.
 */
final class Loha implements Formula {
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
    public boolean takesRootScale() {
        return false;
    }

    @Override
    public void check(AdapterSpec spec, Problems problems) {
        Unpaired.check(spec, problems);
    }
}
