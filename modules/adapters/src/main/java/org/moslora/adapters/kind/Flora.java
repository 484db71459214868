package org.moslora.adapters.kind;

import java.util.EnumSet;
import java.util.Set;
import org.moslora.adapters.form.Between;
import org.moslora.layers.Site;

/**
 * FLoRA (Si et al. 2024, arXiv:2405.14739): a core between the factors, as MoSLoRA's mixer is, but at zero at first
 * while both factors are drawn. They are normal with variance 1/(2·rank), as the authors' code draws them.
 */
final class Flora implements Formula {
    @Override
    public String name() {
        return "FLORA";
    }

    @Override
    public Set<Trait> traits() {
        return EnumSet.of(Trait.LOW_RANK, Trait.ROOT_SCALE, Trait.CONVOLUTIONS, Trait.EMBEDDINGS);
    }

    @Override
    public Between between() {
        return Between.MIXER;
    }

    @Override
    public Adapter on(Site site, AdapterSpec spec) {
        int rank = spec.rank();
        double deviation = spec.init() == FactorInit.GAUSSIAN ? 1.0 / rank : Math.sqrt(0.5 / rank);
        Parameter down = Parameter.inner(
                LowRankAdapter.inner(site), ParameterInit.normal(deviation, rank, site.inputs()), rank, site.inputs());
        Parameter up = Parameter.outer(
                LowRankAdapter.outer(site),
                ParameterInit.normal(deviation, site.outputs(), rank).after(1),
                site.outputs(),
                rank);
        return new LowRankAdapter(
                new MixerCore(rank, ParameterInit.zero(rank, rank)),
                spec.scale(),
                down.inFiles(site.downShape(rank)),
                up.inFiles(site.upShape(rank)));
    }
}
