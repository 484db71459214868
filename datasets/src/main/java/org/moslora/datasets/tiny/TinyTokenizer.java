package org.moslora.datasets.tiny;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A byte-level BPE tokenizer: special tokens first, then a token for every byte, then one for every merge.
 *
 * @param ids by token
 * @param merges in the order in which they apply
 * @param specials tokens that are never cut
 */
record TinyTokenizer(Map<String, Integer> ids, List<String> merges, List<String> specials) {
    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();
    private static final String FRAME = """
            {"version": "1.0", "truncation": null, "padding": null, "normalizer": null,
             "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true},
             "post_processor": {"type": "TemplateProcessing",
               "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
               "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 0}}],
               "special_tokens": {"<s>": {"id": "<s>", "ids": [1], "tokens": ["<s>"]}}},
             "decoder": {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true},
             "model": {"type": "BPE", "dropout": null, "unk_token": null, "continuing_subword_prefix": null,
               "end_of_word_suffix": null, "fuse_unk": false, "byte_fallback": false}}
            """;
    private static final String ADDED = """
            {"single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true}
            """;

    /** Learns the merges that make one token of every word of the texts. */
    static TinyTokenizer learn(List<String> texts, List<String> specials) {
        Map<String, Integer> ids = new LinkedHashMap<>();
        specials.forEach(token -> ids.put(token, ids.size()));
        ByteWords.letters().forEach(letter -> ids.put(letter, ids.size()));
        List<String> merges = new ArrayList<>();
        List<List<String>> words = ByteWords.of(texts);
        for (String pair = ByteWords.commonest(words); pair != null; pair = ByteWords.commonest(words)) {
            String[] halves = pair.split(" ");
            merges.add(pair);
            ids.put(halves[0] + halves[1], ids.size());
            words.forEach(word -> ByteWords.merge(word, halves[0], halves[1]));
        }
        return new TinyTokenizer(ids, merges, specials);
    }

    /** How many tokens there are. */
    int size() {
        return ids.size();
    }

    /** The id of a token that exists. */
    int id(String token) {
        Integer id = ids.get(token);
        if (id == null) {
            throw new IllegalArgumentException("no token " + token);
        }
        return id;
    }

    /** Writes {@code tokenizer.json}. */
    void write(Path folder) throws IOException {
        JsonObject file = JsonParser.parseString(FRAME).getAsJsonObject();
        JsonArray added = new JsonArray();
        for (String token : specials) {
            JsonObject entry = JsonParser.parseString(ADDED).getAsJsonObject();
            entry.addProperty("id", id(token));
            entry.addProperty("content", token);
            added.add(entry);
        }
        file.add("added_tokens", added);
        JsonObject model = file.getAsJsonObject("model");
        model.add("vocab", GSON.toJsonTree(ids));
        model.add("merges", GSON.toJsonTree(merges));
        Files.writeString(folder.resolve("tokenizer.json"), GSON.toJson(file));
    }
}
