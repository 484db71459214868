package org.moslora.examples.tokenizer;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.moslora.problems.InvalidInput;

/**
 * The tokens that are found as a whole. The library gives them ids by the vocabulary and by their order, whatever the
 * file says, and so does this.
 */
final class AddedTokens {
    private final String where;
    private final Map<String, Integer> ids;
    private int next;

    /** @param ids those of the vocabulary, to which the added ones are put */
    AddedTokens(String where, Map<String, Integer> ids) {
        this.where = where;
        this.ids = ids;
        this.next = ids.size();
    }

    void read(@Nullable JsonElement added) {
        if (added == null || added.isJsonNull()) {
            return;
        }
        if (!(added instanceof JsonArray list)) {
            throw new InvalidInput(where, "added_tokens must be a list");
        }
        for (JsonElement each : list) {
            if (!(each instanceof JsonObject token) || !(token.get("content") instanceof JsonPrimitive content)) {
                throw new InvalidInput(where, "added_tokens holds an entry without content");
            }
            add(content.getAsString());
        }
    }

    private void add(String content) {
        if (!content.isEmpty()) { // the library passes an empty one over
            int id = ids.getOrDefault(content, next);
            next = Math.max(next, id + 1);
            ids.put(content, id);
        }
    }
}
