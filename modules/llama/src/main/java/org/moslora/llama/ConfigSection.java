package org.moslora.llama;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.problems.InputFile;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;

/** One JSON object of a config; absent keys take the class default, odd values become problems. */
public final class ConfigSection {
    private final String where;
    private final JsonObject json;
    private final Problems problems;

    /** A section that messages call {@code where}. */
    public ConfigSection(String where, JsonObject json, Problems problems) {
        this.where = where;
        this.json = json;
        this.problems = problems;
    }

    /**
     * All of a model folder's {@code config.json}.
     *
     * @param problems receives whatever is odd about values that are asked for
     * @throws InvalidInput when the file is absent or broken
     */
    public static ConfigSection ofFolder(Path folder, Problems problems) {
        Path file = folder.resolve("config.json");
        try {
            JsonElement json = JsonParser.parseString(InputFile.text(file));
            if (!json.isJsonObject()) {
                throw new InvalidInput(file.toString(), "must hold a JSON object");
            }
            return new ConfigSection(file.toString(), json.getAsJsonObject(), problems);
        } catch (NoSuchFileException absent) {
            throw new InvalidInput(file.toString(), "is absent; is " + folder + " a Hugging Face model folder?");
        } catch (IOException | JsonParseException | StackOverflowError broken) {
            throw new InvalidInput(file.toString(), "cannot be read as JSON: " + broken.getMessage());
        }
    }

    /** Whether a key has a value. */
    public boolean has(String key) {
        JsonElement value = json.get(key);
        return value != null && !value.isJsonNull();
    }

    /** A whole number of at least 1. */
    public int size(String key, int otherwise) {
        double value = number(key, otherwise);
        if (value < 1 || value != Math.rint(value) || value > Integer.MAX_VALUE) {
            problems.add(where, "%s must be a positive whole number, got %s", key, json.get(key));
            return otherwise;
        }
        return (int) value;
    }

    /** A whole number. */
    public int id(String key, int otherwise) {
        double value = number(key, otherwise);
        if (value != Math.rint(value) || Math.abs(value) > Integer.MAX_VALUE) {
            problems.add(where, "%s must be a whole number, got %s", key, json.get(key));
            return otherwise;
        }
        return (int) value;
    }

    /** A number. */
    public double number(String key, double otherwise) {
        JsonElement value = json.get(key);
        if (value == null || value.isJsonNull()) {
            return otherwise;
        }
        if (!value.isJsonPrimitive() || !value.getAsJsonPrimitive().isNumber()) {
            problems.add(where, "%s must be a number, got %s", key, value);
            return otherwise;
        }
        return value.getAsDouble();
    }

    /** True or false. */
    public boolean flag(String key, boolean otherwise) {
        JsonElement value = json.get(key);
        if (value == null || value.isJsonNull()) {
            return otherwise;
        }
        if (!value.isJsonPrimitive() || !value.getAsJsonPrimitive().isBoolean()) {
            problems.add(where, "%s must be true or false, got %s", key, value);
            return otherwise;
        }
        return value.getAsBoolean();
    }

    /** A text. */
    public String text(String key, String otherwise) {
        JsonElement value = json.get(key);
        if (value == null || value.isJsonNull()) {
            return otherwise;
        }
        if (!value.isJsonPrimitive() || !value.getAsJsonPrimitive().isString()) {
            problems.add(where, "%s must be a text, got %s", key, value);
            return otherwise;
        }
        return value.getAsString();
    }

    /** A text that must be one of a few. */
    public String oneOf(String key, String otherwise, List<String> known) {
        String value = text(key, otherwise);
        if (!known.contains(value)) {
            problems.add(where, "%s is \"%s\"; this program knows %s", key, value, String.join(", ", known));
            return otherwise;
        }
        return value;
    }

    /** An int or a list of ints. */
    public List<Integer> ints(String key, int otherwise) {
        JsonElement value = json.get(key);
        if (value == null || !value.isJsonArray()) {
            return List.of(id(key, otherwise));
        }
        try {
            List<Integer> ints = value.getAsJsonArray().asList().stream()
                    .map(each -> each.getAsBigDecimal().intValueExact())
                    .toList();
            if (!ints.isEmpty()) {
                return ints;
            }
        } catch (ArithmeticException
                | NumberFormatException
                | UnsupportedOperationException
                | IllegalStateException odd) {
            // Told below, as an empty list is.
        }
        problems.add(where, "%s must be a whole number or a list of them, got %s", key, value);
        return List.of(otherwise);
    }

    /** The object under a key; null if there is none. */
    public @Nullable ConfigSection section(String key) {
        JsonElement value = json.get(key);
        if (value == null || value.isJsonNull()) {
            return null;
        }
        if (!value.isJsonObject()) {
            problems.add(where, "%s must be an object, got %s", key, value);
            return null;
        }
        return new ConfigSection(where + " " + key, value.getAsJsonObject(), problems);
    }

    /** Notes what is wrong with the section. */
    public void problem(String what, Object... values) {
        problems.add(where, what, values);
    }
}
