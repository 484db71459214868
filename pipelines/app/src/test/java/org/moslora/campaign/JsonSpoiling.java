package org.moslora.campaign;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Spoils one value or key of JSON that stays JSON, most of the time. */
final class JsonSpoiling {
    /** What is put in a value's place. */
    static final List<String> VALUES = List.of(
            "null",
            "true",
            "false",
            "\"\"",
            "\"text\"",
            "[]",
            "{}",
            "-1",
            "0",
            "1",
            "2",
            "3.5",
            "1e308",
            "1e999",
            "NaN",
            "-Infinity",
            "[null]",
            "[[]]",
            "{\"a\": {}}",
            "9223372036854775807",
            "-9223372036854775808",
            "2147483647",
            "-2147483648",
            "1e-45",
            "99999999999999999999",
            "\"\\u0000\"",
            "\"\\u001b[2J\\u0007\"",
            "\"\\ud800\"",
            "\"../../etc/passwd\"",
            "\"/\"",
            "\".\"",
            "\"%s%n$1\"",
            "\"\\u202eabc\"",
            "[1, \"a\"]",
            "\"" + "x".repeat(3000) + "\"",
            "\"(((((a+)+)+)+)+)$\"",
            "\"[\"",
            "[0]",
            "[-1]",
            "[1e9, 1e9]",
            "[2147483647, 2147483647]",
            "[4294967296, 4294967296]",
            "\"cuda\"",
            "\"nf4\"",
            "\"F64\"",
            "\"BF16\"",
            "\"I8\"");

    private static final String MARK = "@@here@@";
    private static final int DEEP = 20_000;

    private static final Gson GSON = new GsonBuilder()
            .serializeNulls()
            .disableHtmlEscaping()
            .serializeSpecialFloatingPointValues()
            .create();

    private final Random random;

    JsonSpoiling(Random random) {
        this.random = random;
    }

    /** Another text, and what was done. */
    String spoiled(String text, String[] done) {
        JsonElement root = JsonParser.parseString(text);
        List<JsonElement> holders = new ArrayList<>();
        collect(root, holders);
        if (holders.isEmpty()) {
            done[0] = "the whole is a value";
            return value();
        }
        JsonElement holder = chosen(holders);
        String replaced =
                holder.isJsonArray() ? array(holder.getAsJsonArray(), done) : object(holder.getAsJsonObject(), done);
        return GSON.toJson(root).replace('"' + MARK + '"', replaced);
    }

    /** Long lists do not crowd out the few things around them. */
    private JsonElement chosen(List<JsonElement> holders) {
        return holders.get(
                random.nextBoolean() ? random.nextInt(Math.min(12, holders.size())) : random.nextInt(holders.size()));
    }

    private String array(JsonArray array, String[] done) {
        int at = random.nextInt(array.size());
        if (random.nextInt(4) == 0) {
            JsonElement element = array.get(at);
            if (random.nextBoolean()) {
                array.remove(at);
                done[0] = "element " + at + " removed";
            } else {
                array.add(element);
                done[0] = "element " + at + " twice";
            }
            return "";
        }
        String value = value();
        done[0] = "element " + at + " is " + told(value);
        array.set(at, GSON.toJsonTree(MARK));
        return value;
    }

    private String object(JsonObject object, String[] done) {
        List<String> keys = new ArrayList<>(object.keySet());
        String key = keys.get(random.nextInt(keys.size()));
        JsonElement old = object.get(key);
        switch (random.nextInt(8)) {
            case 0 -> {
                object.remove(key);
                done[0] = key + " removed";
                return "";
            }
            case 1 -> {
                object.add(key, GSON.toJsonTree(MARK));
                done[0] = key + " twice";
                return GSON.toJson(old) + ", " + GSON.toJson(key) + ": "
                        + (random.nextBoolean() ? GSON.toJson(old) : value());
            }
            case 2 -> {
                object.remove(key);
                String name = List.of(
                                "", "\u001b[1m", "\u0000", key + "x", key.toUpperCase(java.util.Locale.ROOT), "\ud800")
                        .get(random.nextInt(6));
                object.add(name, old);
                done[0] = key + " renamed";
                return "";
            }
            case 3 -> {
                String other = keys.get(random.nextInt(keys.size()));
                object.add(key, object.get(other));
                object.add(other, old);
                done[0] = key + " and " + other + " exchanged";
                return "";
            }
            default -> {
                String value = value();
                object.add(key, GSON.toJsonTree(MARK));
                done[0] = key + " is " + told(value);
                return value;
            }
        }
    }

    private String value() {
        if (random.nextInt(60) == 0) {
            String open = random.nextBoolean() ? "[" : "{\"a\":";
            return open.repeat(DEEP) + "1" + (open.equals("[") ? "]" : "}").repeat(DEEP);
        }
        return VALUES.get(random.nextInt(VALUES.size()));
    }

    private static String told(String value) {
        return value.length() > 60 ? value.substring(0, 60) + "…" : value;
    }

    private static void collect(JsonElement value, List<JsonElement> holders) {
        if (value.isJsonArray() && !value.getAsJsonArray().isEmpty()) {
            holders.add(value);
            value.getAsJsonArray().forEach(element -> collect(element, holders));
        } else if (value.isJsonObject() && !value.getAsJsonObject().isEmpty()) {
            holders.add(value);
            value.getAsJsonObject().asMap().values().forEach(element -> collect(element, holders));
        }
    }
}
