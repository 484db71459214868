package org.moslora.adapters;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.kind.AdapterKind;
import org.moslora.adapters.names.Components;
import org.moslora.problems.InvalidInput;

/**
 * {@code adapter_config.json}, ours and PEFT's.
 *
 * @param type {@code peft_type}; a LORA with {@code lora_use_mixer} is the MoSLoRA authors' and counts as MOSLORA
 * @param rank {@code r}
 * @param alpha {@code lora_alpha}, of LoHa and LoKr {@code alpha}
 * @param rankPattern ranks of layers whose path ends with a match of the key
 * @param alphaPattern alphas likewise
 * @param json everything that the file says
 */
record AdapterConfig(
        String type,
        int rank,
        double alpha,
        Map<String, Double> rankPattern,
        Map<String, Double> alphaPattern,
        JsonObject json) {
    static final String LOHA = "LOHA";
    static final String LOKR = "LOKR";

    private static final List<String> TYPES =
            List.of(AdapterKind.LORA.peftType(), AdapterKind.MOSLORA.peftType(), LOHA, LOKR);

    /** Settings of PEFT that change the formula and that this program does not compute. */
    private static final Map<String, String> UNKNOWN = Map.of(
            "fan_in_fan_out", "transposed weights",
            "lora_bias", "a bias in lora_B",
            "use_qalora", "QA-LoRA",
            "use_bdlora", "block-diagonal factors");

    static AdapterConfig read(Path folder) {
        Path file = folder.resolve(AdapterNames.CONFIG);
        try {
            JsonElement json = JsonParser.parseString(Files.readString(file));
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
        String type = text(where, json, "peft_type");
        String known = type(where, type == null ? "" : type, json);
        String alphaKey = known.equals(LOHA) || known.equals(LOKR) ? "alpha" : "lora_alpha";
        UNKNOWN.forEach((key, meaning) -> {
            if (isTrue(json.get(key))) {
                throw new InvalidInput(
                        where, key + " asks for " + meaning + ", which this program does not compute yet");
            }
        });
        double rank = number(where, json, "r");
        double alpha = number(where, json, alphaKey);
        if (rank < 1 || rank != Math.rint(rank) || rank > 1 << 20) {
            throw new InvalidInput(where, "r must be a whole number of at least 1, got " + json.get("r"));
        }
        if (!(alpha > 0) || Double.isInfinite(alpha)) {
            throw new InvalidInput(where, alphaKey + " must be above 0, got " + json.get(alphaKey));
        }
        return new AdapterConfig(
                known,
                (int) rank,
                alpha,
                pattern(where, json, "rank_pattern"),
                pattern(where, json, "alpha_pattern"),
                json);
    }

    private static String type(String where, String type, JsonObject json) {
        if (!TYPES.contains(type)) {
            throw new InvalidInput(
                    where, "peft_type is \"" + type + "\"; this program reads " + String.join(", ", TYPES));
        }
        boolean authors = type.equals(AdapterKind.LORA.peftType()) && isTrue(json.get("lora_use_mixer"));
        return authors ? AdapterKind.MOSLORA.peftType() : type;
    }

    /** Whether a key is there and true. */
    boolean asks(String key) {
        return isTrue(json.get(key));
    }

    /** The rank that the config gives a layer. */
    int rank(String path) {
        return (int) matched(rankPattern, path, rank);
    }

    /** The factor of a layer's update: alpha/r, rank-stabilised alpha/√r. */
    double scale(String path, int layerRank) {
        double layerAlpha = matched(alphaPattern, path, alpha);
        return asks("use_rslora") ? layerAlpha / Math.sqrt(layerRank) : layerAlpha / layerRank;
    }

    @Nullable
    String text(String key) {
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

    private static double matched(Map<String, Double> pattern, String path, double otherwise) {
        for (Map.Entry<String, Double> entry : pattern.entrySet()) {
            Pattern end = Pattern.compile("(.*\\.)?(?:" + entry.getKey() + ")");
            if (end.matcher(path).matches()
                    || end.matcher(Components.within(path)).matches()) {
                return entry.getValue();
            }
        }
        return otherwise;
    }

    private static Map<String, Double> pattern(String where, JsonObject json, String key) {
        Map<String, Double> pattern = new LinkedHashMap<>();
        JsonElement value = json.get(key);
        if (value == null || value.isJsonNull()) {
            return pattern;
        }
        if (!value.isJsonObject()) {
            throw new InvalidInput(where, key + " must be an object");
        }
        for (String entry : value.getAsJsonObject().keySet()) {
            try {
                Pattern.compile(entry);
            } catch (PatternSyntaxException odd) {
                throw new InvalidInput(where, key + ": \"" + entry + "\" is no regular expression");
            }
            double number = number(where + " " + key, value.getAsJsonObject(), entry);
            if (!(number > 0) || Double.isInfinite(number)) {
                throw new InvalidInput(where, key + " of \"" + entry + "\" must be above 0, got " + number);
            }
            if (key.equals("rank_pattern") && (number != Math.rint(number) || number > 1 << 20)) {
                throw new InvalidInput(where, key + " of \"" + entry + "\" must be a whole number, got " + number);
            }
            pattern.put(entry, number);
        }
        return pattern;
    }

    private static boolean isTrue(@Nullable JsonElement value) {
        return value != null
                && value.isJsonPrimitive()
                && value.getAsJsonPrimitive().isBoolean()
                && value.getAsBoolean();
    }

    private static double number(String where, JsonObject json, String key) {
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
