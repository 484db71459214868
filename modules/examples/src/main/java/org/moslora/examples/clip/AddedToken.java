package org.moslora.examples.clip;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.problems.InvalidInput;

/**
 * A token that is taken out of a text as a whole before words are looked at.
 *
 * @param content how it is written
 * @param normalized whether it is looked for in the text after lower-casing instead of before
 */
record AddedToken(String content, boolean normalized) {
    private static final List<String> LIBERTIES = List.of("lstrip", "rstrip", "single_word");

    /** From a text, or from the object that transformers writes; null if the value is neither. */
    static @Nullable AddedToken of(String where, @Nullable JsonElement value) {
        if (value instanceof JsonPrimitive text && text.isString()) {
            return new AddedToken(text.getAsString(), false);
        }
        if (!(value instanceof JsonObject object) || !(object.get("content") instanceof JsonPrimitive content)) {
            return null;
        }
        for (String liberty : LIBERTIES) {
            if (isTrue(object, liberty, false)) {
                throw new InvalidInput(
                        where,
                        "sets " + liberty + " for token " + content + ", which only a tokenizer.json can say here; let"
                                + " transformers write one, with AutoTokenizer.from_pretrained(folder)"
                                + ".save_pretrained(folder)");
            }
        }
        return new AddedToken(content.getAsString(), isTrue(object, "normalized", true));
    }

    private static boolean isTrue(JsonObject object, String name, boolean otherwise) {
        boolean given = object.get(name) instanceof JsonPrimitive value && value.isBoolean();
        return given ? object.get(name).getAsBoolean() : otherwise;
    }
}
