package org.moslora.examples.tokenizer;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.moslora.problems.InvalidInput;

/**
 * What a tokenizer.json says, found to be harmless.
 *
 * @param where the file, for messages
 * @param json all of it, but for what it would cut and pad
 * @param vocabulary the tokens and their ids, which the library does not give out by name
 */
public record TokenizerJson(String where, JsonObject json, Map<String, Integer> vocabulary) {
    private static final String ADDED = "added_tokens";

    /**
     * Reads and checks a file's bytes.
     *
     * @throws InvalidInput if it is no JSON, no tokenizer's, or holds what the library cannot take
     */
    public static TokenizerJson read(String where, byte[] bytes) {
        return of(where, parsed(where, new String(bytes, StandardCharsets.UTF_8)));
    }

    /** As {@link #read}, of an object that is already there. */
    public static TokenizerJson of(String where, JsonObject json) {
        json.remove("truncation");
        json.remove("padding");
        Map<String, Integer> ids = new HashMap<>();
        JsonObject model = json.get("model") instanceof JsonObject object ? object : new JsonObject();
        read(where, model.get("vocab"), ids);
        if (ids.isEmpty()) {
            throw new InvalidInput(where, "lists no tokens under model.vocab; is it a tokenizer's file?");
        }
        new AddedTokens(where, ids).read(json.get(ADDED));
        new PartChecks(where).check(json, model);
        return new TokenizerJson(where, json, ids);
    }

    private static JsonObject parsed(String where, String text) {
        try (JsonReader in = new JsonReader(new StringReader(text))) {
            in.setStrictness(Strictness.STRICT);
            JsonElement json = JsonParser.parseReader(in);
            if (json instanceof JsonObject object && in.peek() == JsonToken.END_DOCUMENT) {
                return object;
            }
        } catch (IOException | JsonParseException | IllegalStateException | NumberFormatException broken) {
            boolean cut = broken.getCause() instanceof EOFException || broken instanceof EOFException;
            throw new InvalidInput(
                    where, cut ? "is truncated: its JSON ends early" : "is damaged: " + broken.getMessage());
        }
        throw new InvalidInput(where, "is damaged: it must hold one JSON object and nothing else");
    }

    private static void read(String where, @Nullable JsonElement vocab, Map<String, Integer> ids) {
        if (vocab instanceof JsonObject words) {
            words.entrySet().forEach(word -> ids.put(word.getKey(), id(where, word.getKey(), word.getValue())));
        } else if (vocab instanceof JsonArray scored) { // a unigram model lists pairs of token and score by id
            for (int id = 0; id < scored.size(); id++) {
                if (scored.get(id) instanceof JsonArray pair
                        && !pair.isEmpty()
                        && pair.get(0) instanceof JsonPrimitive token) {
                    ids.put(token.getAsString(), id);
                }
            }
        }
    }

    /** The id that a value is. */
    static int id(String where, String token, @Nullable JsonElement value) {
        if (value instanceof JsonPrimitive number && number.isNumber()) {
            double id = number.getAsDouble();
            if (id >= 0 && id == Math.rint(id) && id < Integer.MAX_VALUE) {
                return (int) id;
            }
        }
        throw new InvalidInput(where, "is damaged: it has " + value + " for token '" + token + "', which is no id");
    }

    /**
     * Sees to it that a word of the vocabulary is found as a whole wherever it stands in a text, as transformers does
     * with the tokens that the files beside this one name.
     */
    public void mustFind(String word) {
        Integer id = vocabulary.get(word);
        JsonArray added = json.get(ADDED) instanceof JsonArray list ? list : new JsonArray();
        for (JsonElement each : added) {
            if (((JsonObject) each).get("content").getAsString().equals(word)) {
                return;
            }
        }
        if (id != null) {
            JsonObject token = new JsonObject();
            token.addProperty("id", id);
            token.addProperty("content", word);
            List.of("single_word", "lstrip", "rstrip", "normalized")
                    .forEach(liberty -> token.addProperty(liberty, false));
            token.addProperty("special", true);
            added.add(token);
            json.add(ADDED, added);
        }
    }
}
