package org.moslora.adapters.kind;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import org.jspecify.annotations.Nullable;
import org.moslora.problems.InvalidInput;

/**
 * Values of {@code adapter_config.json} by key.
 *
 * @param where the file, for messages
 * @param json everything that it says
 */
public record ConfigJson(String where, JsonObject json) {
    private static final int MOST = 1 << 20;

    /** A whole number of at least 1. */
    public int whole(String key, String meaning) {
        double number = number(key);
        if (number < 1 || number != Math.rint(number) || number > MOST) {
            throw new InvalidInput(
                    where, key + ", " + meaning + ", must be a whole number of at least 1, got " + json.get(key));
        }
        return (int) number;
    }

    /** Any number. */
    public double number(String key) {
        JsonElement value = json.get(key);
        if (value == null
                || !value.isJsonPrimitive()
                || !value.getAsJsonPrimitive().isNumber()) {
            throw new InvalidInput(where, key + " must be a number, got " + value);
        }
        return value.getAsDouble();
    }

    /** A text; null where there is none. */
    public @Nullable String text(String key) {
        JsonElement value = json.get(key);
        if (value == null || value.isJsonNull()) {
            return null;
        }
        if (!value.isJsonPrimitive()) {
            throw new InvalidInput(where, key + " must be a text, got " + value);
        }
        return value.getAsString();
    }

    /** What a key says, as text, whatever it is; null for nothing or a structure. */
    public @Nullable String said(String key) {
        JsonElement value = json.get(key);
        return value == null || !value.isJsonPrimitive() ? null : value.getAsString();
    }

    /** Whether a key is there and true. */
    public boolean isTrue(String key) {
        JsonElement value = json.get(key);
        return value != null
                && value.isJsonPrimitive()
                && value.getAsJsonPrimitive().isBoolean()
                && value.getAsBoolean();
    }

    /** Whether a setting is there and not off, however it is written. */
    public boolean asks(String key) {
        JsonElement value = json.get(key);
        if (value == null || value.isJsonNull()) {
            return false;
        }
        return value.isJsonPrimitive()
                ? !value.getAsJsonPrimitive().isBoolean() || value.getAsBoolean()
                : value.isJsonArray()
                        ? !value.getAsJsonArray().isEmpty()
                        : !value.getAsJsonObject().isEmpty();
    }

    /** Copies a key, if it is there. */
    public void copy(String key, JsonObject to) {
        JsonElement value = json.get(key);
        if (value != null && !value.isJsonNull()) {
            to.add(key, value);
        }
    }
}
