package org.moslora.datasets;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;

/** Shapes of rows that other programs write and this one does not read, for messages. */
final class OtherShapes {
    private static final String AS_MESSAGES = "write {\"messages\": [{\"role\": \"user\", \"content\": …}, …]}";

    private OtherShapes() {}

    /** What a row that is no object seems to be. */
    static String hint(JsonElement row) {
        if (row.isJsonArray() && !row.getAsJsonArray().isEmpty()) {
            JsonElement first = row.getAsJsonArray().get(0);
            return first.isJsonObject() && isTurn(first.getAsJsonObject())
                    ? "; this is a list of turns without a row around it: " + AS_MESSAGES
                    : "; this is a list within the list of rows";
        }
        return "";
    }

    /** What a row that has none of the fields seems to be; empty if it looks like nothing known. */
    static String hint(JsonObject row) {
        if (isTurn(row)) {
            return "; this is a turn where a row belongs: " + AS_MESSAGES;
        }
        for (List<String> pair : List.of(
                List.of("prompt", "completion"),
                List.of("prompt", "response"),
                List.of("question", "answer"),
                List.of("input", "output"))) {
            if (row.keySet().containsAll(pair)) {
                return "; " + pair.get(0) + " and " + pair.get(1)
                        + " are not read under these names: call them instruction and output, or " + AS_MESSAGES;
            }
        }
        if (row.has("conversation")) {
            return "; conversation, as xtuner and ms-swift have it, is not read: " + AS_MESSAGES;
        } else if (row.has("data") || row.has("rows")) {
            return "; are the rows inside? The file must be the list of them itself";
        }
        return row.has("text") ? "; a text alone has no question and no answer" : "";
    }

    private static boolean isTurn(JsonObject object) {
        return (object.has("role") && object.has("content")) || (object.has("from") && object.has("value"));
    }
}
