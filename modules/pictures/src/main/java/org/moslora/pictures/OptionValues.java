package org.moslora.pictures;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import java.math.BigDecimal;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.moslora.problems.InvalidInput;

/**
 * What values an option takes.
 *
 * @param rule the rule in words, to follow "must be"
 * @param fromText a value from a text, null if it is against the rule
 * @param fromJson the same from JSON
 */
record OptionValues<T>(
        String rule, Function<String, @Nullable T> fromText, Function<JsonElement, @Nullable T> fromJson) {
    private static final int GRAIN = 8;
    private static final long LONGEST_SIDE = 16_384;

    static final OptionValues<String> TEXT =
            new OptionValues<>("a text", text -> text, json -> isText(json) ? json.getAsString() : null);

    /** No name of a file holds the character that ends names, nor one that the system's alphabet lacks. */
    static final OptionValues<String> FILE = new OptionValues<>(
            "the name of a file", OptionValues::name, json -> isText(json) ? name(json.getAsString()) : null);

    static final OptionValues<Long> SIDE = whole(
            "a multiple of " + GRAIN + " from " + GRAIN + " to " + LONGEST_SIDE,
            value -> value >= GRAIN && value <= LONGEST_SIDE && value % GRAIN == 0);

    static final OptionValues<List<AdapterUse>> ADAPTERS = new OptionValues<>(
            "a list of PATH or PATH:SCALE", text -> adapters(Arrays.asList(text.split(","))), OptionValues::adapters);

    static OptionValues<Long> whole(long least, long most) {
        String rule = "a whole number from " + least + (most == Long.MAX_VALUE ? " on" : " to " + most);
        return whole(rule, value -> value >= least && value <= most);
    }

    private static OptionValues<Long> whole(String rule, java.util.function.LongPredicate allowed) {
        Function<String, @Nullable Long> read = text -> {
            BigDecimal number = decimal(text);
            try {
                return number != null && allowed.test(number.longValueExact()) ? number.longValueExact() : null;
            } catch (ArithmeticException fraction) {
                return null;
            }
        };
        return new OptionValues<>(rule, read, json -> isNumber(json) ? read.apply(json.getAsString()) : null);
    }

    static OptionValues<Double> number(double least, double most) {
        String rule = least > 0
                ? "above 0 and at most " + NumberText.shortest(most)
                : "from 0 to " + NumberText.shortest(most);
        Function<String, @Nullable Double> read = text -> {
            BigDecimal number = decimal(text);
            double value = number == null ? Double.NaN : number.doubleValue();
            return value >= least && value <= most ? value : null;
        };
        return new OptionValues<>(rule, read, json -> isNumber(json) ? read.apply(json.getAsString()) : null);
    }

    JsonElement toJson(Object value) {
        if (value instanceof List<?> adapters) {
            JsonArray array = new JsonArray();
            adapters.forEach(adapter -> array.add(adapter.toString()));
            return array;
        }
        return value instanceof Number number ? new JsonPrimitive(number) : new JsonPrimitive(value.toString());
    }

    /** Numbers of sensible length only: the whole value of 1e999999999 would fill the memory. */
    private static @Nullable BigDecimal decimal(String text) {
        String digits = text.strip();
        return digits.matches("[-+]?([0-9]{1,25}[.]?[0-9]{0,25}|[.][0-9]{1,25})([eE][-+]?[0-9]{1,3})?")
                ? new BigDecimal(digits)
                : null;
    }

    private static @Nullable List<AdapterUse> adapters(JsonElement json) {
        if (isText(json)) {
            return adapters(List.of(json.getAsString()));
        }
        if (!(json instanceof JsonArray array)) {
            return null;
        }
        List<String> texts = new ArrayList<>();
        for (JsonElement each : array) {
            if (!isText(each)) {
                return null;
            }
            texts.add(each.getAsString());
        }
        return adapters(texts);
    }

    private static @Nullable List<AdapterUse> adapters(List<String> texts) {
        try {
            return texts.stream()
                    .map(text -> AdapterUse.parse("", text.strip()))
                    .toList();
        } catch (InvalidInput odd) {
            return null;
        }
    }

    private static @Nullable String name(String text) {
        try {
            return Path.of(text).toString().isEmpty() ? null : text;
        } catch (InvalidPathException no) {
            return null;
        }
    }

    private static boolean isText(JsonElement json) {
        return json instanceof JsonPrimitive value && value.isString();
    }

    private static boolean isNumber(JsonElement json) {
        return json instanceof JsonPrimitive value && value.isNumber();
    }
}
