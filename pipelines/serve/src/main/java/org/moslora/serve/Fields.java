package org.moslora.serve;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.problems.InvalidInput;

/**
 * The fields of a request's object. What is null counts as absent.
 *
 * @param json the object
 */
record Fields(JsonObject json) {
    private static final String WHERE = "request";

    /** A text, or null. */
    @Nullable
    String text(String key) {
        JsonElement value = get(key);
        if (value == null) {
            return null;
        }
        if (value instanceof JsonPrimitive text && text.isString()) {
            return text.getAsString();
        }
        throw wrong(key, "a text", value);
    }

    /** A number between two, or another where there is none. */
    double number(String key, double least, double most, double otherwise) {
        JsonElement value = get(key);
        if (value == null) {
            return otherwise;
        }
        if (value instanceof JsonPrimitive number && number.isNumber()) {
            double given = number.getAsDouble();
            if (given >= least && given <= most) {
                return given;
            }
        }
        throw wrong(key, "a number from " + least + " to " + most, value);
    }

    /** A whole number between two, or another where there is none. */
    long whole(String key, long least, long most, long otherwise) {
        JsonElement value = get(key);
        if (value == null) {
            return otherwise;
        }
        if (value instanceof JsonPrimitive number && number.isNumber()) {
            Long given = exact(number);
            if (given != null && given >= least && given <= most) {
                return given;
            }
        }
        throw wrong(key, "a whole number from " + least + " to " + most, value);
    }

    /** To the last digit, of which a double has sixteen; null for what is no whole number. */
    private static @Nullable Long exact(JsonPrimitive number) {
        try {
            return number.getAsBigDecimal().longValueExact();
        } catch (ArithmeticException | NumberFormatException none) {
            return null;
        }
    }

    /** Whether something is wanted; it is not where nothing is said. */
    boolean flag(String key) {
        JsonElement value = get(key);
        if (value == null) {
            return false;
        }
        if (value instanceof JsonPrimitive flag && flag.isBoolean()) {
            return flag.getAsBoolean();
        }
        throw wrong(key, "true or false", value);
    }

    /** A text or a list of texts; empty where there is none. */
    List<String> texts(String key) {
        JsonElement value = get(key);
        if (value == null) {
            return List.of();
        }
        if (value instanceof JsonPrimitive text && text.isString()) {
            return List.of(text.getAsString());
        }
        List<String> texts = new ArrayList<>();
        if (value instanceof JsonArray array) {
            for (JsonElement each : array) {
                if (!(each instanceof JsonPrimitive text && text.isString())) {
                    throw wrong(key, "a text or a list of texts", value);
                }
                texts.add(each.getAsString());
            }
            return texts;
        }
        throw wrong(key, "a text or a list of texts", value);
    }

    /** The adapters that are named besides the model's, {@code NAME} or {@code NAME:SCALE} each. */
    List<ScaledAdapter> adapters() {
        return texts("adapters").stream().map(Names::adapter).toList();
    }

    /** A list of objects. */
    List<Fields> objects(String key) {
        JsonElement value = get(key);
        List<Fields> objects = new ArrayList<>();
        if (value instanceof JsonArray array) {
            for (JsonElement each : array) {
                if (!each.isJsonObject()) {
                    throw wrong(key, "a list of objects", value);
                }
                objects.add(new Fields(each.getAsJsonObject()));
            }
            return objects;
        }
        throw wrong(key, "a list of objects", value == null ? "nothing" : value);
    }

    /** An object, or null. */
    @Nullable
    Fields object(String key) {
        JsonElement value = get(key);
        if (value == null) {
            return null;
        }
        if (value.isJsonObject()) {
            return new Fields(value.getAsJsonObject());
        }
        throw wrong(key, "an object", value);
    }

    /** What is there under a key, or null. */
    @Nullable
    JsonElement get(String key) {
        JsonElement value = json.get(key);
        return value == null || value.isJsonNull() ? null : value;
    }

    /**
     * Refuses what is not computed here and would change the answer.
     *
     * @param usual values that change nothing, by key
     */
    void refuse(Map<String, Predicate<JsonElement>> usual) {
        usual.forEach((key, harmless) -> {
            JsonElement value = get(key);
            if (value != null && !harmless.test(value)) {
                throw new InvalidInput(WHERE, "\"" + key + "\" is not computed by this service; leave it out");
            }
        });
    }

    static InvalidInput wrong(String key, String rule, Object value) {
        String shown = value.toString();
        return new InvalidInput(
                WHERE,
                "\"" + key + "\" must be " + rule + ", got "
                        + (shown.length() > 100 ? shown.substring(0, 100) + "…" : shown));
    }
}
