package org.moslora.training.recipe;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.Targets;
import org.moslora.adapters.kind.AdapterKind;
import org.moslora.adapters.kind.AdapterOptions;
import org.moslora.adapters.kind.AdapterSpec;
import org.moslora.adapters.kind.FactorInit;
import org.moslora.adapters.kind.KindSettings;
import org.moslora.adapters.kind.LayerPatterns;
import org.moslora.adapters.kind.MixerInit;
import org.moslora.console.recipe.Default;
import org.moslora.console.recipe.Means;
import org.moslora.problems.Problems;

/** The recipe's {@code adapter:} block. */
public record AdapterBlock(
        @Default("moslora") @Means("lora, moslora, loha, lokr, moe-lora")
        AdapterKind kind,

        @Default("16") @Means("rank of the factors") int rank,

        @Means("the update is scaled by alpha/rank; twice the rank if absent") @Nullable
        Double alpha,

        @Default("0.0") @Means("share of the input that the adapter does not see")
        double dropout,

        @Default("orthogonal") @Means("how the mixer starts: kaiming, orthogonal, identity")
        MixerInit mixerInit,

        @Default("kaiming") @Means("how A starts: kaiming, gaussian")
        FactorInit init,

        @Means("the linears that get an adapter: ends of paths, regular expressions, or all-linear") @Nullable
        List<String> targets,

        @Default("[]") @Means("taken away from the targets again")
        List<String> exclude,

        @Means("only these blocks, such as 0-15") @Nullable String layers,
        @Means("start from this adapter folder") @Nullable Path initFrom,

        @Default("{}") @Means("how lokr splits its layers") LokrBlock lokr,

        @Default("{}") @Means("how many experts moe-lora has")
        MoeBlock moe) {
    public AdapterBlock {
        // At least 2, so that an odd rank is not complained of twice.
        alpha = alpha == null ? Double.valueOf(2.0 * Math.max(1, rank)) : alpha;
        Problems problems = new Problems();
        spec(kind, rank, alpha, dropout, mixerInit, init, lokr, moe).check(problems);
        problems.throwIfAny();
    }

    /** What to put on. */
    public AdapterSpec spec() {
        double scale = alpha == null ? 2.0 * rank : alpha;
        return spec(kind, rank, scale, dropout, mixerInit, init, lokr, moe);
    }

    private static AdapterSpec spec(
            AdapterKind kind,
            int rank,
            double alpha,
            double dropout,
            MixerInit mixerInit,
            FactorInit init,
            LokrBlock lokr,
            MoeBlock moe) {
        KindSettings own = new KindSettings(lokr.settings(), moe.settings());
        return new AdapterSpec(
                kind, rank, alpha, dropout, mixerInit, init, AdapterOptions.NONE, LayerPatterns.NONE, own);
    }

    /** Where to put it; a pipeline says what it takes when the recipe is silent. */
    public Targets targetsOr(List<String> otherwise) {
        return new Targets(targets == null ? otherwise : targets, exclude, layers);
    }
}
