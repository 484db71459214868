package org.moslora.adapters.kind;

import ai.djl.ndarray.NDArray;
import com.google.gson.JsonObject;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.moslora.adapters.form.Between;
import org.moslora.adapters.form.TensorRole;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;
import org.moslora.layers.Site;
import org.moslora.problems.Problems;

/**
 * AdaLoRA (Zhang et al. 2023, arXiv:2303.10512) as PEFT has it: ΔW = s·B·diag(E)·A like a singular value decomposition,
 * E at zero at first. Rows of A and columns of B start about as long as the penalty wants them, 1: with PEFT's fixed
 * deviation of 0.02 they do so at a width of 2500 alone. What keeps A and B orthogonal and cuts ranks is
 * {@link RankAllocation}'s.
 */
final class AdaLora implements Formula {
    /** The schedule, as PEFT calls it and requires it. */
    private static final Map<String, Number> SCHEDULE = Map.of(
            "target_r", 8,
            "tinit", 0,
            "tfinal", 0,
            "deltaT", 1,
            "beta1", 0.85,
            "beta2", 0.85,
            "orth_reg_weight", 0.5,
            "total_step", 1);

    @Override
    public String name() {
        return "ADALORA";
    }

    @Override
    public Set<Trait> traits() {
        return EnumSet.of(Trait.LOW_RANK, Trait.CONVOLUTIONS, Trait.RANK_BUDGET, Trait.PEFT, Trait.BARE_KEYS);
    }

    @Override
    public Between between() {
        return Between.DIAGONAL;
    }

    @Override
    public Set<TensorRole> ownRoles() {
        return Set.of(TensorRole.DIAGONAL);
    }

    @Override
    public String rankKey() {
        return "init_r";
    }

    @Override
    public OptionalInt ownRank(KindSettings settings) {
        return OptionalInt.of(settings.adalora().initialRank());
    }

    @Override
    public void check(AdapterSpec spec, int steps, Problems problems) {
        spec.settings().adalora().check(steps, problems);
    }

    @Override
    public void describe(StoredLayers layers, JsonObject config) {
        SCHEDULE.forEach((key, otherwise) -> {
            config.addProperty(key, otherwise);
            layers.copy(key, config);
        });
    }

    @Override
    public Adapter on(Site site, AdapterSpec spec) {
        long rank = spec.rank();
        long in = site.inputs();
        long out = site.outputs();
        Parameter down = Parameter.inner(TensorRole.DOWN, ParameterInit.normal(unit(in), rank, in), rank, in);
        Parameter up = Parameter.outer(
                TensorRole.UP, ParameterInit.normal(unit(out), out, rank).after(1), out, rank);
        return new LowRankAdapter(new Diagonal(rank), spec.scale(), down, up);
    }

    /** The deviation with which so many entries make a vector of length 1. */
    private static double unit(long width) {
        return 1 / Math.sqrt((double) width);
    }

    @Override
    public double divisor(int rank) {
        return rank + 1e-5;
    }

    @Override
    public void check(AdapterSpec spec, Problems problems) {
        if (!spec.patterns().ranks().isEmpty()) {
            problems.add("rank_pattern", "does not go with adalora, which deals ranks out itself");
        }
    }

    @Override
    public void describe(AdapterSpec spec, JsonObject config) {
        AdaLoraSettings own = spec.settings().adalora();
        config.addProperty("init_r", own.initialRank());
        config.addProperty("target_r", own.targetRank());
        config.addProperty("tinit", own.warmupSteps());
        config.addProperty("tfinal", own.finalSteps());
        config.addProperty("deltaT", own.interval());
        config.addProperty("beta1", own.beta1());
        config.addProperty("beta2", own.beta2());
        config.addProperty("orth_reg_weight", own.orthogonality());
    }

    private static final class Diagonal implements Core {
        private final Parameter values;

        Diagonal(long rank) {
            this.values = Parameter.inner(TensorRole.DIAGONAL, ParameterInit.zero(rank, 1), rank, 1);
        }

        @Override
        public List<Parameter> parameters() {
            return List.of(values);
        }

        @Override
        public void materialize(Arena arena, NDArray down, double scale, NDArray pair) {
            Kernels.get().call(arena, "fold_diagonal", values.value(), down, scale, pair);
        }

        @Override
        public void backward(Arena arena, NDArray gradient, NDArray down, double scale) {
            Kernels.get().call(arena, "pull_back_diagonal", gradient, values.value(), down, scale, values.gradient());
        }
    }
}
