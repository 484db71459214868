package org.moslora.tensors;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import org.moslora.problems.InvalidInput;

/**
 * A JSON text read token by token. Stricter than JSON where a file of weights needs it: no name twice, numbers are
 * whole and not negative. Whatever is wrong surfaces as {@link InvalidInput}; depth and counts are limited, so that no
 * text can exhaust the stack or the heap.
 */
final class StrictJson {
    /** More than the largest mixture of experts needs. */
    private static final int MOST_NAMES = 1_000_000;

    private final String where;
    private final JsonReader reader;

    StrictJson(String where, Reader text) {
        this.where = where;
        reader = new JsonReader(text);
        reader.setStrictness(Strictness.STRICT);
    }

    /** Reads an object; {@code field} is called with each name and must read its value. */
    void object(String what, Consumer<String> field) {
        expect(JsonToken.BEGIN_OBJECT, what);
        step(reader::beginObject);
        Set<String> seen = new HashSet<>();
        while (call(reader::hasNext)) {
            String name = wellFormed(call(reader::nextName), what);
            if (!seen.add(name)) {
                throw wrong(what + " has the name " + NameExcerpt.name(name) + " twice");
            }
            if (seen.size() > MOST_NAMES) {
                throw wrong(what + " has more than " + MOST_NAMES + " names");
            }
            field.accept(name);
        }
        step(reader::endObject);
    }

    String string(String what) {
        expect(JsonToken.STRING, what);
        return wellFormed(call(reader::nextString), what);
    }

    /** An array of whole numbers from 0 on, at most {@code most} of them. */
    List<Long> naturals(String what, int most) {
        expect(JsonToken.BEGIN_ARRAY, what);
        List<Long> numbers = new ArrayList<>();
        step(reader::beginArray);
        while (call(reader::hasNext)) {
            if (numbers.size() == most) {
                throw wrong(what + " has more than " + most + " numbers");
            }
            numbers.add(natural(what));
        }
        step(reader::endArray);
        return numbers;
    }

    private long natural(String what) {
        expect(JsonToken.NUMBER, what);
        String digits = call(reader::nextString);
        if (!digits.matches("[0-9]+")) {
            throw wrong(what + " must be whole numbers from 0 on, got " + NameExcerpt.name(digits));
        }
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException tooLarge) {
            throw wrong(what + " has " + NameExcerpt.name(digits) + ", which does not fit 63 bits");
        }
    }

    /** Passes over one value of any type. */
    void skip() {
        step(reader::skipValue);
    }

    /** Nothing but white space may follow. */
    void end() {
        expect(JsonToken.END_DOCUMENT, "what follows the closing }");
    }

    private void expect(JsonToken expected, String what) {
        JsonToken actual = call(reader::peek);
        if (actual != expected) {
            throw wrong(what + " should be " + spoken(expected) + ", but is " + spoken(actual));
        }
    }

    private static String spoken(JsonToken token) {
        return switch (token) {
            case BEGIN_OBJECT -> "an object";
            case BEGIN_ARRAY -> "an array";
            case STRING -> "a string";
            case END_DOCUMENT -> "white space to the end";
            default -> token.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        };
    }

    // A surrogate on its own has no UTF-8 form, so such a name could not be written again.
    private String wellFormed(String text, String what) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isHighSurrogate(text.charAt(i))
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(text.charAt(i))) {
                throw wrong(what + " holds half of a surrogate pair, which is not Unicode text");
            }
        }
        return text;
    }

    private void step(Step step) {
        call(() -> {
            step.take();
            return true;
        });
    }

    private <T> T call(Token<T> token) {
        try {
            return token.read();
        } catch (CharacterCodingException malformed) {
            throw wrong("is not UTF-8 text");
        } catch (IOException | IllegalStateException | NumberFormatException malformed) {
            throw wrong("is not valid JSON: " + spoken(malformed));
        }
    }

    // Gson's advice is for programmers, and a link to its help follows on a second line.
    private static String spoken(Exception malformed) {
        String first =
                String.valueOf(malformed.getMessage()).lines().findFirst().orElse("");
        return first.replace(
                "Use JsonReader.setStrictness(Strictness.LENIENT) to accept malformed JSON", "unexpected text");
    }

    private InvalidInput wrong(String what) {
        return new InvalidInput(where, what);
    }

    private interface Token<T> {
        T read() throws IOException;
    }

    private interface Step {
        void take() throws IOException;
    }
}
