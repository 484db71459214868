package org.moslora.datasets;

import com.google.gson.JsonElement;

/** A JSON value in a message: its beginning is enough to find it. */
final class JsonExcerpt {
    private static final int MOST = 60;

    private JsonExcerpt() {}

    static String of(JsonElement value) {
        String text = value.toString();
        return text.length() <= MOST ? text : text.substring(0, MOST) + "…";
    }
}
