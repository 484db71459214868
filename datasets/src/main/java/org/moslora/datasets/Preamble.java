package org.moslora.datasets;

import com.google.gson.FormattingStyle;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.examples.text.Conversation;

/** What a row says in fields of its own, and templates put before its first turn: a system text, and tools. */
final class Preamble {
    /** Spaced as Python's json has it, which is what models were shown. */
    private static final Gson GSON = new GsonBuilder()
            .setFormattingStyle(FormattingStyle.COMPACT.withSpaceAfterSeparators(true))
            .disableHtmlEscaping()
            .serializeNulls()
            .create();

    private Preamble() {}

    /** The row's own system text, null if it has none. */
    static @Nullable String system(JsonObject row) throws BadRow {
        return checked(Fields.text(row, "system"));
    }

    /** A system text that can be used. */
    static @Nullable String checked(@Nullable String system) throws BadRow {
        if (system != null && Conversation.tags(system) > 0) {
            throw new BadRow("image-in-system", "the system text must not contain " + Conversation.IMAGE);
        }
        return system == null || system.isEmpty() ? null : system;
    }

    /** The tools that the row names, a JSON value a line as they are in Python's spelling; null if it has none. */
    static @Nullable String tools(JsonObject row) throws BadRow {
        JsonElement given = Fields.said(row, "tools");
        given = given == null ? Fields.said(row, "functions") : given;
        if (given == null) {
            return null;
        }
        List<String> lines = new ArrayList<>();
        JsonElement list = parsed(given);
        for (JsonElement tool : list.isJsonArray() ? list.getAsJsonArray() : listOf(list)) {
            lines.add(Fields.isText(tool) ? tool.getAsString() : GSON.toJson(tool));
        }
        String text = String.join("\n", lines).strip();
        if (Conversation.tags(text) > 0) {
            throw new BadRow("image-in-system", "the tools must not contain " + Conversation.IMAGE);
        }
        return text.isEmpty() ? null : text;
    }

    /** ShareGPT's are JSON within a text. */
    private static JsonElement parsed(JsonElement given) {
        try {
            return Fields.isText(given) ? JsonParser.parseString(given.getAsString()) : given;
        } catch (JsonParseException prose) {
            return given;
        }
    }

    private static JsonArray listOf(JsonElement tool) {
        JsonArray list = new JsonArray();
        if (!tool.isJsonNull() && !tool.toString().equals("{}")) {
            list.add(tool);
        }
        return list;
    }
}
