package org.moslora.adapters;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.form.ExpectedLayer;
import org.moslora.adapters.form.Residual;
import org.moslora.adapters.kind.AdapterKind;
import org.moslora.adapters.kind.ConfigJson;
import org.moslora.adapters.kind.Formula;
import org.moslora.adapters.kind.KindSettings;
import org.moslora.adapters.kind.StoredLayers;
import org.moslora.adapters.kind.TrainedBias;
import org.moslora.adapters.kind.Trait;
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
 * @param settings what single kinds have of their own
 * @param residual what was taken out of the weights before it was trained, or null
 * @param said everything that the file says
 */
record AdapterConfig(
        AdapterKind kind,
        int rank,
        double alpha,
        RankPattern ranks,
        Map<String, Double> alphas,
        KindSettings settings,
        @Nullable Residual residual,
        ConfigJson said) {
    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    /** Where the kind is said. */
    static final String TYPE = "peft_type";

    /** Where layers are named that an adapter sits on. */
    static final String TARGETS = "target_modules";

    static final String ALPHAS = "alpha_pattern";

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
        ConfigJson said = new ConfigJson(where, json);
        AdapterKind kind = kind(said);
        refuseUnknown(said, kind);
        Formula formula = kind.formula();
        int rank = said.whole(formula.rankKey(), "the rank");
        double alpha = said.number(formula.alphaKey());
        if (!(alpha > 0) || Double.isInfinite(alpha)) {
            throw new InvalidInput(where, formula.alphaKey() + " must be above 0, got " + json.get(formula.alphaKey()));
        }
        KindSettings settings = formula.settings(said);
        return new AdapterConfig(
                kind,
                rank,
                alpha,
                RankPattern.read(kind, said),
                PathPattern.read(where, json, ALPHAS),
                settings,
                FirstValues.residual(kind, said),
                said);
    }

    private static AdapterKind kind(ConfigJson said) {
        String text = said.text(TYPE);
        String type = text == null ? "" : text;
        AdapterKind kind = AdapterKind.ofPeftType(type)
                .orElseThrow(() -> new InvalidInput(
                        said.where(),
                        "peft_type is \"" + type + "\"; this program reads "
                                + String.join(", ", AdapterKind.peftTypes())));
        return kind == AdapterKind.LORA && said.isTrue("lora_use_mixer") ? AdapterKind.MOSLORA : kind;
    }

    private static void refuseUnknown(ConfigJson said, AdapterKind kind) {
        Problems problems = new Problems();
        String where = said.where();
        String name = kind.recipeName();
        UNKNOWN.forEach((key, meaning) -> {
            if (said.asks(key)) {
                problems.add(where, "%s asks for %s, which this program does not compute", key, meaning);
            }
        });
        if (said.isTrue("use_dora") && !kind.has(Trait.MAGNITUDE)) {
            problems.add(where, "use_dora asks for a magnitude, but %s has none", name);
        }
        if (biases(said) != TrainedBias.NONE && !kind.has(Trait.MAGNITUDE)) {
            problems.add(where, "asks for trained biases, but %s has none", name);
        }
        if (!said.isTrue(StoredLayers.LORA_BIAS) && "all".equals(said.said(StoredLayers.BIAS))) {
            problems.add(
                    where, "bias asks for every bias of the model; only those of adapted layers are read, lora_only");
        }
        if (said.isTrue("use_rslora") && !kind.has(Trait.ROOT_SCALE)) {
            problems.add(where, "use_rslora asks for alpha/√rank, but the scale of %s is alpha/rank", name);
        }
        problems.throwIfAny();
    }

    /** A layer's own numbers. */
    record Numbers(String path, int rank, double alpha) {}

    /**
     * What a file of ours and PEFT's says of layers of one kind, whatever that kind is.
     *
     * @param rank the common one, of which single layers' may differ
     * @param alpha likewise
     */
    static JsonObject draft(AdapterKind kind, int rank, double alpha, List<Numbers> layers) {
        JsonObject json = new JsonObject();
        json.addProperty(TYPE, kind.peftType());
        json.addProperty(kind.formula().rankKey(), rank);
        json.addProperty(kind.formula().alphaKey(), plain(alpha));
        JsonObject ranks = new JsonObject();
        JsonObject alphas = new JsonObject();
        for (Numbers layer : layers) {
            String path = layer.path().replace(".", "\\.");
            if (layer.rank() != rank) {
                ranks.addProperty(path, layer.rank());
            }
            if (layer.alpha() != alpha) {
                alphas.addProperty(path, plain(layer.alpha()));
            }
        }
        json.add(RankPattern.KEY, ranks);
        json.add(ALPHAS, alphas);
        return json;
    }

    /** Writes it into a folder, keys in order. */
    static void write(Path folder, JsonObject json) throws IOException {
        JsonObject sorted = new JsonObject();
        new TreeMap<>(json.asMap()).forEach(sorted::add);
        Files.writeString(folder.resolve(AdapterNames.CONFIG), GSON.toJson(sorted) + "\n");
    }

    static JsonArray array(Collection<String> texts) {
        JsonArray array = new JsonArray();
        texts.forEach(array::add);
        return array;
    }

    /** A whole number without a decimal point, as PEFT's ints are. */
    static Number plain(double value) {
        if (value == Math.rint(value) && Math.abs(value) < 1e9) {
            return (long) value;
        }
        return value;
    }

    /** Which biases are trained. */
    TrainedBias biases() {
        return biases(said);
    }

    private static TrainedBias biases(ConfigJson said) {
        return said.isTrue(StoredLayers.LORA_BIAS)
                ? TrainedBias.LORA_BIAS
                : "lora_only".equals(said.said(StoredLayers.BIAS)) ? TrainedBias.LORA_ONLY : TrainedBias.NONE;
    }

    /** Everything that the file says. */
    JsonObject json() {
        return said.json();
    }

    /** Whether a key is there and true. */
    boolean asks(String key) {
        return said.isTrue(key);
    }

    /** What a layer must be. */
    ExpectedLayer expected(String path) {
        boolean free = kind.has(Trait.WHOLE_FACTORS);
        return new ExpectedLayer(free ? OptionalInt.empty() : OptionalInt.of(rank(path)), AdapterNames.CONFIG);
    }

    /** The rank that the config gives a layer. */
    int rank(String path) {
        return ranks.rank(path, rank);
    }

    /** The factor of a layer's update: alpha/r, rank-stabilised alpha/√r, of AdaLoRA alpha over its first rank. */
    double scale(String path, int layerRank) {
        double layerAlpha = PathPattern.matched(alphas, path, alpha);
        if (kind.has(Trait.RANK_BUDGET)) {
            return layerAlpha / kind.formula().divisor(rank);
        }
        return asks("use_rslora") ? layerAlpha / Math.sqrt(layerRank) : layerAlpha / layerRank;
    }

    @Nullable
    String text(String key) {
        return said.said(key);
    }

    /** The folders inside this one that hold layers of another kind. */
    List<String> parts() {
        JsonElement names = json().get(AdapterNames.PARTS);
        if (names == null) {
            return List.of();
        }
        if (!names.isJsonArray()) {
            throw new InvalidInput(said.where(), AdapterNames.PARTS + " must be a list, got " + names);
        }
        List<String> parts = new ArrayList<>();
        for (JsonElement name : names.getAsJsonArray()) {
            if (!name.isJsonPrimitive() || !name.getAsString().matches("\\w+")) {
                throw new InvalidInput(
                        said.where(), AdapterNames.PARTS + " must name folders inside this one, got " + name);
            }
            parts.add(name.getAsString());
        }
        return parts;
    }

    /** The class of the model that PEFT wrapped, where it noted that. */
    @Nullable
    String baseClass() {
        JsonElement mapping = json().get("auto_mapping");
        JsonElement name = mapping != null && mapping.isJsonObject()
                ? mapping.getAsJsonObject().get("base_model_class")
                : null;
        return name == null || !name.isJsonPrimitive() ? null : name.getAsString();
    }
}
