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
 * file says, so a file that says otherwise would name other rows of the embedding table than its texts use.
 */
final class AddedTokens {
    private final String where;
    private final Map<String, Integer> ids;
    private final int words;
    private int next;

    /** @param ids those of the vocabulary, to which the added ones are put */
    AddedTokens(String where, Map<String, Integer> ids) {
        this.where = where;
        this.ids = ids;
        this.words = ids.size();
        this.next = words;
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
            add(content.getAsString(), token.get("id"));
        }
    }

    private void add(String content, @Nullable JsonElement said) {
        Integer known = ids.get(content);
        int id = TokenizerJson.id(where, content, said);
        if (content.isEmpty()) {
            return; // the library passes it over
        }
        int given = known == null ? next : known;
        if (id != given) {
            throw new InvalidInput(
                    where,
                    String.format(
                            "says id %d for added token '%s', but by %s its id is %d; has the file been edited by hand?",
                            id, content, known == null ? "its place in added_tokens" : "model.vocab", given));
        }
        next = Math.max(next, id + 1);
        ids.put(content, id);
    }
}
