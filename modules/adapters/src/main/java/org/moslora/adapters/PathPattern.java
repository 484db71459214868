package org.moslora.adapters;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.moslora.adapters.kind.ConfigJson;
import org.moslora.adapters.names.Components;
import org.moslora.problems.InvalidInput;

/**
 * {@code rank_pattern} and {@code alpha_pattern}: numbers of layers whose path ends, from a dot, with a match of the key.
 * The first that matches counts.
 */
final class PathPattern {
    private static final int MOST = 1 << 20;

    private PathPattern() {}

    /** The number of a layer. */
    static double matched(Map<String, Double> pattern, String path, double otherwise) {
        for (Map.Entry<String, Double> entry : pattern.entrySet()) {
            Pattern end = Pattern.compile("(.*\\.)?(?:" + entry.getKey() + ")");
            if (end.matcher(path).matches()
                    || end.matcher(Components.within(path)).matches()) {
                return entry.getValue();
            }
        }
        return otherwise;
    }

    /**
     * What a config says under a key.
     *
     * @throws InvalidInput naming the entry that is no regular expression or has no number above 0
     */
    static Map<String, Double> read(String where, JsonObject json, String key) {
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
            double number = new ConfigJson(where + " " + key, value.getAsJsonObject()).number(entry);
            if (!(number > 0) || Double.isInfinite(number)) {
                throw new InvalidInput(where, key + " of \"" + entry + "\" must be above 0, got " + number);
            }
            if (key.equals("rank_pattern") && (number != Math.rint(number) || number > MOST)) {
                throw new InvalidInput(where, key + " of \"" + entry + "\" must be a whole number, got " + number);
            }
            pattern.put(entry, number);
        }
        return pattern;
    }
}
