package org.moslora.pictures;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import java.io.IOException;
import java.io.StringReader;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Values of a parameters line, put into JSON's quotes where a plain one would be read as something else. */
final class Quoted {
    private static final Gson JSON = new GsonBuilder().disableHtmlEscaping().create();

    private static final Pattern HALF = Pattern.compile("\\p{Cs}");

    private Quoted() {}

    static String quote(String value) {
        boolean plain = value.chars().noneMatch(c -> c == ',' || c == ':' || c < ' ')
                && value.equals(value.strip())
                && !value.startsWith("\"");
        return plain ? value : JSON.toJson(value);
    }

    /** JSON of one line. */
    static String json(JsonElement value) {
        return spelt(JSON.toJson(value));
    }

    /** Halves of surrogate pairs are no text and have no bytes in UTF-8, but an escape that JSON reads back. */
    private static String spelt(String json) {
        Matcher halves = HALF.matcher(json);
        return halves.replaceAll(half ->
                String.format(Locale.ROOT, "\\\\u%04x", (int) half.group().charAt(0)));
    }

    /** Whether a text has halves of surrogate pairs in it. */
    static boolean isTorn(String text) {
        return HALF.matcher(text).find();
    }

    static String unquote(String value) {
        if (value.length() < 2 || !value.startsWith("\"") || !value.endsWith("\"")) {
            return value;
        }
        try (JsonReader reader = new JsonReader(new StringReader(value))) {
            reader.setStrictness(Strictness.STRICT);
            return JSON.getAdapter(JsonElement.class).read(reader) instanceof JsonPrimitive text && text.isString()
                    ? text.getAsString()
                    : value;
        } catch (IOException | JsonParseException | IllegalStateException odd) {
            return value;
        }
    }
}
