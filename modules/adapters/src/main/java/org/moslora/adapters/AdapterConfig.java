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
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import org.moslora.problems.InvalidInput;

/**
 * {@code adapter_config.json}, ours and PEFT's.
 *
 * @param kind what {@code peft_type} says; a LORA with {@code lora_use_mixer} is the MoSLoRA authors'
 * @param rank {@code r}
 * @param alpha {@code lora_alpha}
 * @param rankPattern ranks of layers whose path ends with a match of the key
 * @param alphaPattern alphas likewise
 * @param json everything that the file says
 */
record AdapterConfig(
        AdapterKind kind,
        int rank,
        double alpha,
        Map<String, Double> rankPattern,
        Map<String, Double> alphaPattern,
        JsonObject json) {

    /** Settings of PEFT that change the formula and that this program does not compute. */
    private static final Map<String, String> UNKNOWN = Map.of(
            "use_dora", "DoRA's magnitude",
            "fan_in_fan_out", "transposed weights",
            "lora_bias", "a bias in lora_B",
            "use_rslora", "rank-stabilised scaling",
            "use_qalora", "QA-LoRA");

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

    private static AdapterConfig of(String where, JsonObject json) {
        String type = text(where, json, "peft_type");
        AdapterKind kind = kind(where, type == null ? "" : type, json);
        UNKNOWN.forEach((key, meaning) -> {
            if (isTrue(json.get(key))) {
                throw new InvalidInput(
                        where, key + " asks for " + meaning + ", which this program does not compute yet");
            }
        });
        double rank = number(where, json, "r");
        double alpha = number(where, json, "lora_alpha");
        if (rank < 1 || rank != Math.rint(rank) || rank > 1 << 20) {
            throw new InvalidInput(where, "r must be a whole number of at least 1, got " + json.get("r"));
        }
        if (!(alpha > 0) || Double.isInfinite(alpha)) {
            throw new InvalidInput(where, "lora_alpha must be above 0, got " + json.get("lora_alpha"));
        }
        return new AdapterConfig(
                kind,
                (int) rank,
                alpha,
                pattern(where, json, "rank_pattern"),
                pattern(where, json, "alpha_pattern"),
                json);
    }

    private static AdapterKind kind(String where, String type, JsonObject json) {
        for (AdapterKind kind : AdapterKind.values()) {
            if (kind.peftType().equals(type)) {
                return kind == AdapterKind.LORA && isTrue(json.get("lora_use_mixer")) ? AdapterKind.MOSLORA : kind;
            }
        }
        throw new InvalidInput(where, "peft_type is \"" + type + "\"; this program reads LORA and MOSLORA");
    }

    /** The rank that the config gives a layer. */
    int rank(String path) {
        return (int) matched(rankPattern, path, rank);
    }

    /** The factor of a layer's update. */
    double scale(String path) {
        return matched(alphaPattern, path, alpha) / rank(path);
    }

    /** The alpha of a layer. */
    double alpha(String path) {
        return matched(alphaPattern, path, alpha);
    }

    @Nullable
    String text(String key) {
        JsonElement value = json.get(key);
        return value == null || !value.isJsonPrimitive() ? null : value.getAsString();
    }

    private static double matched(Map<String, Double> pattern, String path, double otherwise) {
        for (Map.Entry<String, Double> entry : pattern.entrySet()) {
            if (Pattern.compile("(.*\\.)?(?:" + entry.getKey() + ")")
                    .matcher(path)
                    .matches()) {
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
