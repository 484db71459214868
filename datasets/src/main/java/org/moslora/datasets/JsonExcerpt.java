package org.moslora.datasets;

import com.google.gson.JsonElement;

/** A JSON value in a message: its beginning is enough to find it. */
final class JsonExcerpt {
    private static final int MOST = 60;

    private JsonExcerpt() {}

    static String of(JsonElement value) {
        return of(value.toString());
    }

    /** The same of a text. */
    static String of(String text) {
        return text.length() <= MOST ? text : text.substring(0, MOST) + "…";
    }
}
