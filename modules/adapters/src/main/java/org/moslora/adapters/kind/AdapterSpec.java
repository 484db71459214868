package org.moslora.adapters.kind;

import com.google.gson.JsonObject;
import java.util.List;
import org.moslora.layers.Site;
import org.moslora.problems.Problem;
import org.moslora.problems.Problems;

/**
 * What kind of adapter to put on, and how it starts.
 *
 * @param kind the formula
 * @param rank of the factors, at least 1
 * @param alpha the update is scaled by alpha/rank; above 0
 * @param dropout share of the input that the adapter does not see while training, in [0, 1)
 * @param mixerInit of MoSLoRA's mixer
 * @param init of A
 * @param options what goes with several kinds
 * @param patterns ranks and alphas of single layers
 * @param settings what single kinds have of their own
 */
public record AdapterSpec(
        AdapterKind kind,
        int rank,
        double alpha,
        double dropout,
        MixerInit mixerInit,
        FactorInit init,
        AdapterOptions options,
        LayerPatterns patterns,
        KindSettings settings) {
    public AdapterSpec {
        Problems problems = new Problems();
        if (rank < 1) {
            problems.add("rank", "must be at least 1, got %d", rank);
        }
        if (!(alpha > 0) || Double.isInfinite(alpha)) {
            problems.add("alpha", "must be above 0, got %s", alpha);
        }
        if (!(dropout >= 0 && dropout < 1)) {
            problems.add("dropout", "must be at least 0 and below 1, got %s", dropout);
        }
        if (options.magnitude() && !kind.has(Trait.MAGNITUDE)) {
            problems.add("dora", "puts a magnitude on lora, moslora and butterfly, not on %s", kind.recipeName());
        }
        if (options.bias() != TrainedBias.NONE && !kind.has(Trait.MAGNITUDE)) {
            problems.add("bias", "trains biases beside lora, moslora, butterfly and dora, not %s", kind.recipeName());
        }
        if (options.bias() == TrainedBias.LORA_BIAS && (kind.has(Trait.DECOMPOSED) || options.magnitude())) {
            problems.add("bias", "lora_bias does not go with a magnitude (dora), as in PEFT; lora_only does");
        }
        if (options.rootScale() && !kind.has(Trait.ROOT_SCALE)) {
            problems.add("rs_lora", "does not go with %s, whose scale is its own", kind.recipeName());
        }
        problems.throwIfAny();
    }

    /** One without options and patterns. */
    public AdapterSpec(AdapterKind kind, int rank, double alpha, double dropout, MixerInit mixerInit, FactorInit init) {
        this(
                kind,
                rank,
                alpha,
                dropout,
                mixerInit,
                init,
                AdapterOptions.NONE,
                LayerPatterns.NONE,
                KindSettings.DEFAULT);
    }

    /**
     * What this kind says against these settings, for the layers whose ranks patterns do not change.
     *
     * @param problems is told
     */
    public void check(Problems problems) {
        kind.formula().check(this, problems);
        patterns.ranks().forEach((pattern, own) -> {
            Problems theirs = new Problems();
            kind.formula().check(ranked(own, alpha), theirs);
            for (Problem problem : theirs.found()) {
                problems.add("rank_pattern." + pattern, "%s", problem.what());
            }
        });
    }

    /**
     * Tells when this kind cannot sit on a convolution or an embedding table.
     *
     * @param site one that is to get an adapter
     */
    public void checkSite(Site site, Problems problems) {
        String path = site.path();
        if (site.isEmbedding() && hasMagnitude()) {
            problems.add(
                    "targets",
                    "%s goes by the outputs of a linear, and %s is an embedding table: take lora there",
                    label(),
                    path);
        } else if (site.isEmbedding() && !kind.has(Trait.EMBEDDINGS)) {
            problems.add(
                    "targets",
                    "%s sits on linears and convolutions only, and %s is an embedding table: take lora or moslora there",
                    kind.recipeName(),
                    path);
        }
        if (site.isEmbedding() && options.bias() == TrainedBias.LORA_BIAS) {
            problems.add("targets", "%s is an embedding table, which no bias stands beside; say bias: none", path);
        }
        if (site.isConvolution() && !kind.has(Trait.CONVOLUTIONS)) {
            problems.add("targets", "%s sits on linears only, and %s is a convolution", kind.recipeName(), path);
        }
    }

    /**
     * Tells when there is no bias that could be trained.
     *
     * @param sites all that are to get an adapter
     */
    public void checkBiases(List<Site> sites, Problems problems) {
        if (options.bias() == TrainedBias.LORA_ONLY && sites.stream().noneMatch(Site::biased)) {
            problems.add("bias", "lora_only trains the biases of adapted layers, but none of them has one");
        }
    }

    /** The settings of one layer, with its own rank and alpha where patterns say so. */
    public AdapterSpec at(String path) {
        return ranked(patterns.rank(path, rank), patterns.alpha(path, alpha));
    }

    private AdapterSpec ranked(int own, double ownAlpha) {
        return new AdapterSpec(kind, own, ownAlpha, dropout, mixerInit, init, options, LayerPatterns.NONE, settings);
    }

    /** Tells what these settings leave impossible in a run of so many steps. */
    public void check(int steps, Problems problems) {
        kind.formula().check(this, steps, problems);
    }

    /** Whether a magnitude stands on the outputs: DoRA, or DoRA on another kind. */
    public boolean hasMagnitude() {
        return kind.has(Trait.DECOMPOSED) || options.magnitude();
    }

    /** The kind with what stands beside it: {@code lora}, {@code dora}, {@code moslora-dora}… */
    public String label() {
        return kind.label(hasMagnitude());
    }

    /** Factor of the update: alpha/rank, or alpha/√rank. */
    public double scale() {
        return options.rootScale()
                ? alpha / Math.sqrt(rank)
                : alpha / kind.formula().divisor(rank);
    }

    /** Writes into {@code adapter_config.json} what the kind has besides rank, alpha, dropout and patterns. */
    public void describe(JsonObject config) {
        if (kind.has(Trait.ROOT_SCALE)) {
            config.addProperty("use_rslora", options.rootScale());
        }
        if (kind.has(Trait.MAGNITUDE)) {
            config.addProperty("use_dora", hasMagnitude());
            config.addProperty("lora_bias", options.bias() == TrainedBias.LORA_BIAS);
            config.addProperty("bias", options.bias() == TrainedBias.LORA_ONLY ? "lora_only" : "none");
        }
        kind.formula().describe(this, config);
    }
}
