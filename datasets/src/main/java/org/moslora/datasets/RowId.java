package org.moslora.datasets;

import com.google.gson.JsonElement;

/** The id of a row: a text or a number, as LLaVA's mixes have both; without one, its place. */
final class RowId {
    private RowId() {}

    static String of(JsonElement row, RowPlace at) {
        JsonElement id = row.isJsonObject() ? row.getAsJsonObject().get("id") : null;
        if (id == null || !id.isJsonPrimitive() || id.getAsString().isBlank()) {
            return "row " + (at.index() + 1);
        }
        return id.getAsString();
    }
}
