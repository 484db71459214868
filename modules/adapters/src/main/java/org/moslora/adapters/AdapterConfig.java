package org.moslora.adapters;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.form.ExpectedLayer;
import org.moslora.adapters.form.FactorKind;
import org.moslora.adapters.form.Residual;
import org.moslora.adapters.kind.TrainedBias;
import org.moslora.problems.InputFile;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;

/**
 * {@code adapter_config.json}, ours and PEFT's.
 *
 * @param kind {@code peft_type}; a LORA with {@code lora_use_mixer} is the MoSLoRA authors' and counts as MOSLORA
 * @param rank {@code r}, of AdaLoRA {@code init_r}
 * @param alpha {@code lora_alpha}, of LoHa and LoKr {@code alpha}
 * @param ranks what is said of the ranks of single layers
 * @param alphas alphas of layers whose path ends with a match of the key
 * @param experts of MoE-LoRA, else 0
 * @param topK how many of them an input uses, else 0
 * @param residual what was taken out of the weights before it was trained, or null
 * @param json everything that the file says
 */
record AdapterConfig(
        FactorKind kind,
        int rank,
        double alpha,
        RankPattern ranks,
        Map<String, Double> alphas,
        int experts,
        int topK,
        @Nullable Residual residual,
        JsonObject json) {
    /** PEFT divides AdaLoRA's alpha by its rank and this. */
    static final double ADALORA_EXTRA = 1e-5;

    /** PEFT's setting of a bias that is added, and its setting of the layers' own. */
    static final String LORA_BIAS = "lora_bias";

    static final String BIAS = "bias";

    private static final int MOST = 1 << 20;

    /** Settings of PEFT that change the formula and that this program does not compute. */
    private static final Map<String, String> UNKNOWN = Map.of(
            "fan_in_fan_out", "transposed weights, which GPT-2's Conv1D layers (c_attn) have and no model that it runs",
            "use_qalora", "QA-LoRA",
            "use_bdlora", "block-diagonal factors",
            "alora_invocation_tokens", "an adapter that begins in the middle of a text (aLoRA)",
            "arrow_config", "routing among several adapters (Arrow)",
            "monteclora_config", "factors with noise of their own (MonteCLoRA)",
            "kasa_config", "factors of the base's own (KaSA)",
            "layer_replication", "layers that are there several times");

    static AdapterConfig read(Path folder) {
        Path file = folder.resolve(AdapterNames.CONFIG);
        try {
            JsonElement json = JsonParser.parseString(InputFile.text(file));
            if (!json.isJsonObject()) {
                throw new InvalidInput(file.toString(), "must hold a JSON object");
            }
            return of(file.toString(), json.getAsJsonObject());
        } catch (NoSuchFileException absent) {
            throw new InvalidInput(folder.toString(), "holds no " + AdapterNames.CONFIG + "; is it an adapter folder?");
        } catch (IOException | JsonParseException | StackOverflowError broken) {
            throw new InvalidInput(file.toString(), "cannot be read as JSON: " + broken.getMessage());
        }
    }

    static AdapterConfig of(String where, JsonObject json) {
        FactorKind kind = kind(where, json);
        refuseUnknown(where, kind, json);
        int rank = whole(where, json, rankKey(kind), "the rank");
        String alphaKey = alphaKey(kind);
        double alpha = number(where, json, alphaKey);
        if (!(alpha > 0) || Double.isInfinite(alpha)) {
            throw new InvalidInput(where, alphaKey + " must be above 0, got " + json.get(alphaKey));
        }
        boolean routed = kind == FactorKind.MOE_LORA;
        int experts = routed ? whole(where, json, "experts", "how many there are") : 0;
        int topK = routed ? whole(where, json, "top_k", "how many of them an input uses") : 0;
        if (topK > experts) {
            throw new InvalidInput(where, "top_k must be at most experts, " + experts + ", got " + topK);
        }
        return new AdapterConfig(
                kind,
                rank,
                alpha,
                RankPattern.read(where, kind, json),
                PathPattern.read(where, json, "alpha_pattern"),
                experts,
                topK,
                FirstValues.residual(where, kind, json),
                json);
    }

    static String rankKey(FactorKind kind) {
        return kind == FactorKind.ADALORA ? "init_r" : "r";
    }

    static String alphaKey(FactorKind kind) {
        return kind == FactorKind.LOHA || kind == FactorKind.LOKR ? "alpha" : "lora_alpha";
    }

    private static FactorKind kind(String where, JsonObject json) {
        String type = text(where, json, "peft_type");
        FactorKind kind = FactorKind.of(type == null ? "" : type)
                .orElseThrow(() -> new InvalidInput(
                        where,
                        "peft_type is \"" + (type == null ? "" : type) + "\"; this program reads "
                                + Arrays.stream(FactorKind.values())
                                        .map(FactorKind::name)
                                        .collect(Collectors.joining(", "))));
        return kind == FactorKind.LORA && isTrue(json.get("lora_use_mixer")) ? FactorKind.MOSLORA : kind;
    }

    private static void refuseUnknown(String where, FactorKind kind, JsonObject json) {
        Problems problems = new Problems();
        UNKNOWN.forEach((key, meaning) -> {
            if (asks(json.get(key))) {
                problems.add(where, "%s asks for %s, which this program does not compute", key, meaning);
            }
        });
        if (isTrue(json.get("use_dora")) && !kind.takesMagnitude()) {
            problems.add(where, "use_dora asks for a magnitude, but %s has none", kind.label());
        }
        if (biases(json) != TrainedBias.NONE && !kind.takesMagnitude()) {
            problems.add(where, "asks for trained biases, but %s has none", kind.label());
        }
        if (!isTrue(json.get(LORA_BIAS)) && "all".equals(said(json, BIAS))) {
            problems.add(
                    where, "bias asks for every bias of the model; only those of adapted layers are read, lora_only");
        }
        boolean stabilised = kind.isLowRank() && kind != FactorKind.ADALORA;
        if (isTrue(json.get("use_rslora")) && !stabilised) {
            problems.add(where, "use_rslora asks for alpha/√rank, but the scale of %s is alpha/rank", kind.label());
        }
        problems.throwIfAny();
    }

    /** Which biases are trained. */
    TrainedBias biases() {
        return biases(json);
    }

    private static TrainedBias biases(JsonObject json) {
        return isTrue(json.get(LORA_BIAS))
                ? TrainedBias.LORA_BIAS
                : "lora_only".equals(said(json, BIAS)) ? TrainedBias.LORA_ONLY : TrainedBias.NONE;
    }

    /** Whether a key is there and true. */
    boolean asks(String key) {
        return isTrue(json.get(key));
    }

    /** What a layer must be. */
    ExpectedLayer expected(String path, FactorKind layerKind) {
        // A LoKr layer may have whole factors, which have no rank to compare.
        OptionalInt layerRank = kind == FactorKind.LOKR ? OptionalInt.empty() : OptionalInt.of(ranks.rank(path, rank));
        return new ExpectedLayer(layerKind, layerRank, experts, topK, AdapterNames.CONFIG);
    }

    /** The rank that the config gives a layer. */
    int rank(String path) {
        return ranks.rank(path, rank);
    }

    /** The factor of a layer's update: alpha/r, rank-stabilised alpha/√r, of AdaLoRA alpha over its first rank. */
    double scale(String path, int layerRank) {
        double layerAlpha = PathPattern.matched(alphas, path, alpha);
        if (kind == FactorKind.ADALORA) {
            return layerAlpha / (rank + ADALORA_EXTRA);
        }
        return asks("use_rslora") ? layerAlpha / Math.sqrt(layerRank) : layerAlpha / layerRank;
    }

    @Nullable
    String text(String key) {
        return said(json, key);
    }

    private static @Nullable String said(JsonObject json, String key) {
        JsonElement value = json.get(key);
        return value == null || !value.isJsonPrimitive() ? null : value.getAsString();
    }

    /** The class of the model that PEFT wrapped, where it noted that. */
    @Nullable
    String baseClass() {
        JsonElement mapping = json.get("auto_mapping");
        JsonElement name = mapping != null && mapping.isJsonObject()
                ? mapping.getAsJsonObject().get("base_model_class")
                : null;
        return name == null || !name.isJsonPrimitive() ? null : name.getAsString();
    }

    /** Whether a setting is there and not off, however it is written. */
    private static boolean asks(@Nullable JsonElement value) {
        if (value == null || value.isJsonNull()) {
            return false;
        }
        return value.isJsonPrimitive()
                ? !value.getAsJsonPrimitive().isBoolean() || value.getAsBoolean()
                : value.isJsonArray()
                        ? !value.getAsJsonArray().isEmpty()
                        : !value.getAsJsonObject().isEmpty();
    }

    private static boolean isTrue(@Nullable JsonElement value) {
        return value != null
                && value.isJsonPrimitive()
                && value.getAsJsonPrimitive().isBoolean()
                && value.getAsBoolean();
    }

    private static int whole(String where, JsonObject json, String key, String meaning) {
        double number = number(where, json, key);
        if (number < 1 || number != Math.rint(number) || number > MOST) {
            throw new InvalidInput(
                    where, key + ", " + meaning + ", must be a whole number of at least 1, got " + json.get(key));
        }
        return (int) number;
    }

    static double number(String where, JsonObject json, String key) {
        JsonElement value = json.get(key);
        if (value == null
                || !value.isJsonPrimitive()
                || !value.getAsJsonPrimitive().isNumber()) {
            throw new InvalidInput(where, key + " must be a number, got " + value);
        }
        return value.getAsDouble();
    }

    private static @Nullable String text(String where, JsonObject json, String key) {
        JsonElement value = json.get(key);
        if (value == null || value.isJsonNull()) {
            return null;
        }
        if (!value.isJsonPrimitive()) {
            throw new InvalidInput(where, key + " must be a text, got " + value);
        }
        return value.getAsString();
    }
}
