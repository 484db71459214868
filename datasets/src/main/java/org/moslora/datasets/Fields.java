package org.moslora.datasets;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import org.jspecify.annotations.Nullable;

/** Fields of a row or a turn. */
final class Fields {
    private Fields() {}

    /** The value of a field; null if it says nothing, as files of several sources fill up what only some have. */
    static @Nullable JsonElement said(JsonObject object, String name) {
        JsonElement value = object.get(name);
        boolean silent = value == null
                || value.isJsonNull()
                || (value.isJsonArray() && value.getAsJsonArray().isEmpty())
                || (value.isJsonObject() && value.getAsJsonObject().isEmpty())
                || (isText(value) && value.getAsString().isEmpty());
        return silent ? null : value;
    }

    /** The value of the first of two fields that is there and not null, else of the first. */
    static @Nullable JsonElement either(JsonObject object, String one, String other) {
        JsonElement value = object.get(one);
        boolean silent = value == null || value.isJsonNull();
        return silent && object.has(other) ? object.get(other) : value;
    }

    static boolean isText(JsonElement value) {
        return value.isJsonPrimitive() && value.getAsJsonPrimitive().isString();
    }

    /** The text of a field, null if it says nothing. */
    static @Nullable String text(JsonObject object, String name) throws BadRow {
        JsonElement value = said(object, name);
        if (value != null && !isText(value)) {
            throw new BadRow("text-form", name + " must be a text, got " + JsonExcerpt.of(value));
        }
        return value == null ? null : value.getAsString();
    }
}
