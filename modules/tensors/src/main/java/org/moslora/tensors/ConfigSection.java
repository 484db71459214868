package org.moslora.tensors;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.moslora.problems.InputFile;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;

/** One JSON object of a model's config: absent keys and nulls take the class's default, odd values become problems. */
public final class ConfigSection {
    private static final int MOST_BLOCKS = 10_000;

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
     * Reads a file.
     *
     * @param problems receives what is wrong with values, as they are asked for
     * @throws InvalidInput when the file is absent or holds no JSON object
     */
    public static ConfigSection read(Path file, Problems problems) {
        return read(file, problems, "was the folder downloaded completely?");
    }

    /** All of a model folder's {@code config.json}, as {@link #read} does it. */
    public static ConfigSection ofFolder(Path folder, Problems problems) {
        return read(folder.resolve("config.json"), problems, "is " + folder + " a Hugging Face model folder?");
    }

    private static ConfigSection read(Path file, Problems problems, String absence) {
        try {
            JsonElement json = JsonParser.parseString(InputFile.text(file));
            if (!json.isJsonObject()) {
                throw new InvalidInput(file.toString(), "must hold a JSON object");
            }
            return new ConfigSection(file.toString(), json.getAsJsonObject(), problems);
        } catch (NoSuchFileException absent) {
            throw new InvalidInput(file.toString(), "is absent; " + absence);
        } catch (IOException | JsonParseException | StackOverflowError broken) {
            throw new InvalidInput(file.toString(), "cannot be read as JSON: " + broken.getMessage());
        }
    }

    /** Reads a text, for tests and for configs that come from elsewhere. */
    public static ConfigSection parse(String where, String text, Problems problems) {
        return new ConfigSection(where, JsonParser.parseString(text).getAsJsonObject(), problems);
    }

    /** What messages call the config. */
    public String where() {
        return where;
    }

    /** Whether there is a value other than null. */
    public boolean has(String key) {
        return value(key) != null;
    }

    /** Whether the key is there and its value is null. */
    public boolean isNull(String key) {
        return json.has(key) && json.get(key).isJsonNull();
    }

    /** A positive whole number. */
    public int size(String key, int otherwise) {
        return (int)
                one(key, (double) otherwise, ConfigSection::isSize, JsonElement::getAsDouble, "a positive whole number")
                        .doubleValue();
    }

    /** How many blocks a model has: so few that a list of them can be made, and far more than any model has. */
    public int blocks(String key, int otherwise) {
        int blocks = size(key, otherwise);
        if (blocks > MOST_BLOCKS) {
            problem("%s is %d, and no model has more than %d", key, blocks, MOST_BLOCKS);
            return otherwise;
        }
        return blocks;
    }

    /** A whole number. */
    public int whole(String key, int otherwise) {
        return (int) one(key, (double) otherwise, ConfigSection::isWhole, JsonElement::getAsDouble, "a whole number")
                .doubleValue();
    }

    /** A number. */
    public double number(String key, double otherwise) {
        return one(key, otherwise, ConfigSection::isNumber, JsonElement::getAsDouble, "a number");
    }

    /** True or false. */
    public boolean flag(String key, boolean otherwise) {
        return one(key, otherwise, ConfigSection::isFlag, JsonElement::getAsBoolean, "true or false");
    }

    /** A text. */
    public String text(String key, String otherwise) {
        return one(key, otherwise, ConfigSection::isText, JsonElement::getAsString, "a text");
    }

    /** A text that must be one of a few. */
    public String oneOf(String key, String otherwise, List<String> known) {
        String value = text(key, otherwise);
        if (!known.contains(value)) {
            problem("%s is \"%s\"; this program knows %s", key, value, String.join(", ", known));
            return otherwise;
        }
        return value;
    }

    /** The object under a key; null if there is none. */
    public @Nullable ConfigSection section(String key) {
        JsonElement value = value(key);
        if (value != null && !value.isJsonObject()) {
            problem("%s must be an object, got %s", key, value);
            return null;
        }
        return value == null ? null : new ConfigSection(where + " " + key, value.getAsJsonObject(), problems);
    }

    /** A section that says nothing, whose problems are this one's. */
    public ConfigSection empty(String name) {
        return new ConfigSection(name, new JsonObject(), problems);
    }

    /** Whole numbers; a single one is a list of it. */
    public List<Integer> wholes(String key, int otherwise) {
        JsonElement value = value(key);
        if (value == null || !value.isJsonArray()) {
            return List.of(whole(key, otherwise));
        }
        return list(key, List.of(otherwise), ConfigSection::isWhole, JsonElement::getAsInt, "whole numbers");
    }

    /** Positive whole numbers, one for each of {@code count} blocks; a single number counts for all of them. */
    public List<Integer> sizes(String key, int otherwise, int count) {
        JsonElement value = value(key);
        if (value == null || !value.isJsonArray()) {
            return Collections.nCopies(count, size(key, otherwise));
        }
        List<Integer> sizes = sizes(key, Collections.nCopies(count, otherwise));
        if (sizes.size() != count) {
            problem("%s has %d entries, but there are %d blocks", key, sizes.size(), count);
            return Collections.nCopies(count, otherwise);
        }
        return sizes;
    }

    /** The same for what each block is made of. */
    public List<Integer> blocks(String key, int otherwise, int count) {
        List<Integer> blocks = sizes(key, otherwise, count);
        if (blocks.stream().anyMatch(each -> each > MOST_BLOCKS)) {
            problem("%s is %s, and no model has more than %d", key, blocks, MOST_BLOCKS);
            return Collections.nCopies(count, otherwise);
        }
        return blocks;
    }

    /** A list of positive whole numbers. */
    public List<Integer> sizes(String key, List<Integer> otherwise) {
        return list(key, otherwise, ConfigSection::isSize, JsonElement::getAsInt, "positive whole numbers");
    }

    /** A list of numbers. */
    public List<Double> numbers(String key, List<Double> otherwise) {
        return list(key, otherwise, ConfigSection::isNumber, JsonElement::getAsDouble, "numbers");
    }

    /** A list of texts. */
    public List<String> texts(String key, List<String> otherwise) {
        return list(key, otherwise, ConfigSection::isText, JsonElement::getAsString, "texts");
    }

    /** The value under a key, whatever its type; null where there is none. */
    public @Nullable JsonElement value(String key) {
        JsonElement value = json.get(key);
        return value == null || value.isJsonNull() ? null : value;
    }

    /** Makes a problem of every setting that differs from the only one that can be computed. */
    public void mustBe(String key, String only) {
        JsonElement value = value(key);
        if (value != null && !value.toString().equals(only) && !isSameNumber(value, only)) {
            problem("%s is %s; this program computes only %s", key, value, only);
        }
    }

    /** Makes a problem of every one of these keys that has a value other than null and false. */
    public void mustBeAbsent(String... keys) {
        for (String key : keys) {
            JsonElement value = value(key);
            if (value != null && !value.toString().equals("false")) {
                problem("%s is %s; this program does not compute it", key, value);
            }
        }
    }

    /** Adds a problem of this config. */
    public void problem(String what, Object... values) {
        problems.add(where, what, values);
    }

    private <T> T one(
            String key, T otherwise, Predicate<JsonElement> fits, Function<JsonElement, T> get, String expected) {
        JsonElement value = value(key);
        if (value == null) {
            return otherwise;
        }
        if (!fits.test(value)) {
            problem("%s must be %s, got %s", key, expected, value);
            return otherwise;
        }
        return get.apply(value);
    }

    private <T> List<T> list(
            String key, List<T> otherwise, Predicate<JsonElement> fits, Function<JsonElement, T> get, String expected) {
        JsonElement value = value(key);
        if (value == null) {
            return otherwise;
        }
        List<T> found = new ArrayList<>();
        if (value.isJsonArray()) {
            value.getAsJsonArray().asList().stream().filter(fits).map(get).forEach(found::add);
        }
        if (!value.isJsonArray()
                || found.isEmpty()
                || found.size() != value.getAsJsonArray().size()) {
            problem("%s must be a list of %s, got %s", key, expected, value);
            return otherwise;
        }
        return found;
    }

    private static boolean isNumber(JsonElement value) {
        return value.isJsonPrimitive() && value.getAsJsonPrimitive().isNumber();
    }

    private static boolean isWhole(JsonElement value) {
        return isNumber(value)
                && value.getAsDouble() == Math.rint(value.getAsDouble())
                && Math.abs(value.getAsDouble()) <= Integer.MAX_VALUE;
    }

    private static boolean isSize(JsonElement value) {
        return isWhole(value) && value.getAsDouble() >= 1;
    }

    private static boolean isFlag(JsonElement value) {
        return value.isJsonPrimitive() && value.getAsJsonPrimitive().isBoolean();
    }

    private static boolean isText(JsonElement value) {
        return value.isJsonPrimitive() && value.getAsJsonPrimitive().isString();
    }

    private static boolean isSameNumber(JsonElement value, String only) {
        return isNumber(value) && only.matches("-?\\d+(\\.\\d+)?") && value.getAsDouble() == Double.parseDouble(only);
    }
}
