package org.moslora.training.recipe;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.Targets;
import org.moslora.adapters.kind.AdapterKind;
import org.moslora.adapters.kind.AdapterOptions;
import org.moslora.adapters.kind.AdapterSpec;
import org.moslora.adapters.kind.FactorInit;
import org.moslora.adapters.kind.KindSettings;
import org.moslora.adapters.kind.LayerPatterns;
import org.moslora.adapters.kind.MixerInit;
import org.moslora.adapters.kind.TrainedBias;
import org.moslora.console.recipe.Default;
import org.moslora.console.recipe.Meaning;
import org.moslora.layers.quantised.Quantisation;
import org.moslora.problems.Problems;

/** The recipe's {@code adapter:} block. */
public record AdapterBlock(
        @Default("moslora")
        @Meaning("lora, moslora, butterfly, flora, adalora, dora, loha, lokr, moe-lora; or full: every weight itself")
        TrainedKind kind,

        @Meaning("rank of the factors; 16 if absent, and of adalora its own initial_rank") @Nullable
        Integer rank,

        @Meaning("the update is scaled by alpha/rank; twice the rank if absent") @Nullable
        Double alpha,

        @Default("0.0") @Meaning("share of the input that the adapter does not see")
        double dropout,

        @Default("orthogonal") @Meaning("how the mixer starts: kaiming, orthogonal, identity")
        MixerInit mixerInit,

        @Default("kaiming") @Meaning("how A starts: kaiming, gaussian")
        FactorInit init,

        @Default("false") @Meaning("scale by alpha/root of rank")
        boolean rsLora,

        @Default("false") @Meaning("a magnitude on the outputs of lora, moslora or butterfly")
        boolean dora,

        @Default("none")
        @Meaning("biases trained too, as PEFT calls them: none, lora_bias (one beside B), lora_only (the layers' own)")
        TrainedBias bias,

        @Default("1.0") @Meaning("learning rate of B and of vectors over that of the other factors")
        double loraPlusRatio,

        @Default("{}") @Meaning("ranks of single layers, by regular expressions for the end of a path")
        Map<String, Integer> rankPattern,

        @Default("{}") @Meaning("their alphas likewise") Map<String, Double> alphaPattern,

        @Default("{}") @Meaning("ranks and schedule of adalora")
        AdaLoraBlock adalora,

        @Meaning("the linears that get an adapter: ends of paths, regular expressions, or all-linear") @Nullable
        List<String> targets,

        @Default("[]") @Meaning("taken away from the targets again")
        List<String> exclude,

        @Meaning("only these blocks, such as 0-15") @Nullable
        String layers,

        @Meaning("start from this adapter folder") @Nullable Path initFrom,

        @Default("{}") @Meaning("how lokr splits its layers")
        LokrBlock lokr,

        @Default("{}") @Meaning("how many experts moe-lora has")
        MoeBlock moe) {
    private static final int USUAL_RANK = 16;

    public AdapterBlock {
        Problems problems = new Problems();
        if (kind.isFull()) {
            refuse(problems, given("rank", rank, null), given("alpha", alpha, null));
            refuse(problems, given("dropout", dropout, 0.0), given("lora_plus_ratio", loraPlusRatio, 1.0));
            refuse(problems, given("rs_lora", rsLora, false), given("dora", dora, false));
            refuse(problems, given("bias", bias, TrainedBias.NONE));
            refuse(
                    problems,
                    given("rank_pattern", rankPattern, Map.of()),
                    given("alpha_pattern", alphaPattern, Map.of()));
            refuse(problems, given("targets", targets, null), given("exclude", exclude, List.of()));
            refuse(problems, given("layers", layers, null));
            if (initFrom != null) {
                problems.add("init_from", "names an adapter, but kind full starts from the weights in model");
            }
        } else {
            KindSettings own = new KindSettings(adalora.settings(), lokr.settings(), moe.settings());
            AdapterKind adapter = kind.adapter();
            OptionalInt said = adapter.formula().ownRank(own);
            if (said.isPresent() && rank != null && rank != said.getAsInt()) {
                problems.add(
                        "rank",
                        "%1$s has no rank of its own: say %1$s.initial_rank and %1$s.target_rank",
                        adapter.recipeName());
            }
            rank = said.isPresent() ? said.getAsInt() : rank == null ? USUAL_RANK : rank;
            // At least 2, so that an odd rank is not complained of twice.
            alpha = alpha == null ? Double.valueOf(2.0 * Math.max(1, rank)) : alpha;
            int width = rank;
            double strength = alpha;
            problems.collect(() -> new AdapterOptions(rsLora, dora, loraPlusRatio, bias));
            problems.collect(() -> new LayerPatterns(rankPattern, alphaPattern));
            LayerPatterns patterns =
                    problems.isEmpty() ? new LayerPatterns(rankPattern, alphaPattern) : LayerPatterns.NONE;
            AdapterOptions bare = new AdapterOptions(rsLora, dora, 1, bias);
            problems.collect(() -> {
                AdapterSpec spec =
                        new AdapterSpec(adapter, width, strength, dropout, mixerInit, init, bare, patterns, own);
                if (problems.isEmpty()) {
                    spec.check(problems);
                }
            });
        }
        problems.throwIfAny();
    }

    private static String given(String key, @Nullable Object value, @Nullable Object silent) {
        return Objects.equals(value, silent) ? "" : key;
    }

    private static void refuse(Problems problems, String... keys) {
        for (String key : keys) {
            if (!key.isEmpty()) {
                problems.add(key, "is of adapters, but kind full trains every weight of the component; leave it out");
            }
        }
    }

    /** Whether the component's own weights are trained, and no adapter is put on. */
    public boolean isFull() {
        return kind.isFull();
    }

    /**
     * Tells when another component is to be trained in the other way: a run leaves a whole model or adapters, not a mixture.
     *
     * @param other its block, null where it is not trained
     * @param where the key of that block
     */
    public void checkAlike(@Nullable AdapterBlock other, String where, Problems problems) {
        if (other != null && other.isFull() != isFull()) {
            problems.add(
                    where + ".kind",
                    "must be full as adapter.kind is, or neither: a run leaves either a whole model or adapters");
        }
    }

    /** Tells when the weights are to be trained, or read in every step, but are held in a form that does not allow it. */
    public void checkHeld(TrainingBlock training, Problems problems) {
        Quantisation form = training.quantize();
        if (training.weightsKeepGib() != null && (isFull() || spec().hasMagnitude())) {
            problems.add(
                    "training.weights_keep_gib",
                    "cannot be given with %s: each of its steps reads or moves all weights, so none can be offloaded",
                    isFull() ? "kind full" : "a magnitude (dora)");
        }
        if (isFull() && form != Quantisation.NONE) {
            problems.add(
                    "training.quantize",
                    "must be none with kind full, got %s: codes cannot be trained, only an adapter on them",
                    form);
        }
    }

    /** Tells when an optimiser of weights is to move the factors of an adapter. */
    public void checkMoved(TrainingBlock.Method by, Problems problems) {
        if (!isFull() && by == TrainingBlock.Method.MUON) {
            problems.add(
                    "training.optimizer",
                    "muon moves the weights of layers themselves, so it goes with adapter.kind full, not with %s: take"
                            + " adamw",
                    kind.recipeName());
        }
    }

    /** What to put on; of kind full there is none. */
    public AdapterSpec spec() {
        int width = rank == null ? USUAL_RANK : rank;
        return new AdapterSpec(
                kind.adapter(),
                width,
                alpha == null ? 2.0 * width : alpha,
                dropout,
                mixerInit,
                init,
                new AdapterOptions(rsLora, dora, loraPlusRatio, bias),
                new LayerPatterns(rankPattern, alphaPattern),
                new KindSettings(adalora.settings(), lokr.settings(), moe.settings()));
    }

    /** Where to put it; a pipeline says what it takes when the recipe is silent. */
    public Targets targetsOr(List<String> otherwise) {
        return new Targets(targets == null ? otherwise : targets, exclude, layers);
    }
}
