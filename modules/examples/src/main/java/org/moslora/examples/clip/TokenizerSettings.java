package org.moslora.examples.clip;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the small files of a tokenizer folder say. Where both say something, special_tokens_map.json counts before
 * tokenizer_config.json, as in transformers.
 *
 * @param start the mark in front of a text
 * @param end the mark behind it
 * @param unknown what stands for letters that the vocabulary lacks
 * @param padding what fills the rest
 * @param length how many tokens a text has
 * @param added tokens that are found as a whole
 * @param extra those that may lack an id of their own, in the order in which ids past the vocabulary go to them
 */
record TokenizerSettings(
        String start,
        String end,
        String unknown,
        String padding,
        int length,
        List<AddedToken> added,
        List<String> extra) {
    private static final String CONFIG = "tokenizer_config.json";
    private static final String START = "<|startoftext|>";
    private static final String END = "<|endoftext|>";
    /** Positions of every CLIP text encoder so far; files without a length have a number of thirty digits instead. */
    private static final int USUAL_LENGTH = 77;

    private static final int LONGEST = 1 << 20;

    static TokenizerSettings read(Path folder) {
        JsonObject config = JsonFile.readIfThere(folder.resolve(CONFIG));
        JsonObject map = JsonFile.readIfThere(folder.resolve("special_tokens_map.json"));
        JsonObject later = JsonFile.readIfThere(folder.resolve("added_tokens.json"));
        String where = folder.resolve(CONFIG).toString();
        Map<String, AddedToken> marks = marks(where, map, config);
        Map<String, AddedToken> extra = new LinkedHashMap<>();
        decoder(config).forEach(token -> put(extra, AddedToken.of(where, token)));
        special(map, config).forEach(token -> put(extra, AddedToken.of(where, token)));
        byId(later).forEach(name -> put(extra, new AddedToken(name, true)));
        Map<String, AddedToken> added = new LinkedHashMap<>();
        marks.values().forEach(mark -> added.put(mark.content(), mark)); // of the same token the last one counts
        added.putAll(extra);
        return new TokenizerSettings(
                content(marks, "bos_token"),
                content(marks, "eos_token"),
                content(marks, "unk_token"),
                content(marks, "pad_token"),
                length(config),
                new ArrayList<>(added.values()),
                new ArrayList<>(extra.keySet()));
    }

    private static Map<String, AddedToken> marks(String where, JsonObject map, JsonObject config) {
        Map<String, AddedToken> marks = new LinkedHashMap<>();
        for (String name : List.of("bos_token", "eos_token", "unk_token", "pad_token")) {
            AddedToken given = AddedToken.of(where, map.has(name) ? map.get(name) : config.get(name));
            marks.put(name, given == null ? new AddedToken(name.equals("bos_token") ? START : END, false) : given);
        }
        return marks;
    }

    private static void put(Map<String, AddedToken> tokens, @Nullable AddedToken token) {
        if (token != null) {
            tokens.putIfAbsent(token.content(), token);
        }
    }

    private static String content(Map<String, AddedToken> marks, String name) {
        return Objects.requireNonNull(marks.get(name)).content();
    }

    private static int length(JsonObject config) {
        if (config.get("model_max_length") instanceof JsonPrimitive value && value.isNumber()) {
            double length = value.getAsDouble();
            if (length >= 3 && length <= LONGEST) {
                return (int) length;
            }
        }
        return USUAL_LENGTH;
    }

    private static Iterable<JsonElement> special(JsonObject map, JsonObject config) {
        String name = "additional_special_tokens";
        JsonElement tokens = map.has(name) ? map.get(name) : config.get(name);
        return tokens instanceof JsonArray array ? array : new JsonArray();
    }

    /** The tokens of added_tokens_decoder, which maps ids to them, by id. */
    private static List<JsonElement> decoder(JsonObject config) {
        if (!(config.get("added_tokens_decoder") instanceof JsonObject decoder)) {
            return List.of();
        }
        return decoder.entrySet().stream()
                .sorted(Comparator.comparing((Map.Entry<String, JsonElement> entry) ->
                                entry.getKey().length())
                        .thenComparing(Map.Entry::getKey))
                .map(Map.Entry::getValue)
                .toList();
    }

    private static List<String> byId(JsonObject tokens) {
        return tokens.entrySet().stream()
                .sorted(Comparator.comparingInt(
                        entry -> JsonFile.id("added_tokens.json", entry.getKey(), entry.getValue())))
                .map(Map.Entry::getKey)
                .toList();
    }
}
