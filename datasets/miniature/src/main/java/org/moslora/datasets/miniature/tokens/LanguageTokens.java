package org.moslora.datasets.miniature.tokens;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.moslora.datasets.miniature.language.WorldVocabulary;

/**
 * A word-level tokenizer for the language model: a token for each word and each mark, whatever its case. It has the
 * marks of Llama 3's chat template, which costs the fewest tokens a turn.
 */
public final class LanguageTokens {
    /** What opens a text, ends an answer, fills a batch, stands for unknown words and for a picture. */
    public static final String BEGIN = "<|begin_of_text|>";

    /** See {@link #BEGIN}. */
    public static final String END = "<|eot_id|>";

    /** See {@link #BEGIN}. */
    public static final String PAD = "<pad>";

    /** See {@link #BEGIN}. */
    public static final String UNKNOWN = "<unk>";

    /** See {@link #BEGIN}. */
    public static final String IMAGE = "<image>";

    private static final int LONGEST = 512;
    private static final List<String> MARKS =
            List.of(UNKNOWN, BEGIN, END, PAD, IMAGE, "<|start_header_id|>", "<|end_header_id|>");
    private static final List<String> AROUND = List.of("user", "assistant", "system");

    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();
    /** Marks after words lose the space before them when ids become text again. */
    private static final String FRAME = """
            {"version": "1.0", "truncation": null, "padding": null, "normalizer": {"type": "Lowercase"},
             "pre_tokenizer": {"type": "Whitespace"},
             "post_processor": {"type": "TemplateProcessing",
               "single": [{"SpecialToken": {"id": "<|begin_of_text|>", "type_id": 0}},
                          {"Sequence": {"id": "A", "type_id": 0}}],
               "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 0}}],
               "special_tokens": {"<|begin_of_text|>":
                 {"id": "<|begin_of_text|>", "ids": [1], "tokens": ["<|begin_of_text|>"]}}},
             "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
             "model": {"type": "WordLevel", "unk_token": "<unk>"}}
            """;

    private static final String ADDED = """
            {"single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true}
            """;

    private final Map<String, Integer> ids = new LinkedHashMap<>();

    /** Takes all words of the world. */
    public LanguageTokens() {
        MARKS.forEach(mark -> ids.put(mark, ids.size()));
        WorldVocabulary.ofAll(AROUND).forEach(word -> ids.putIfAbsent(word, ids.size()));
    }

    /** How many tokens there are. */
    public int size() {
        return ids.size();
    }

    /** The id of a token that exists. */
    public int id(String token) {
        Integer id = ids.get(token);
        if (id == null) {
            throw new IllegalArgumentException("no token " + token);
        }
        return id;
    }

    /** Writes tokenizer.json, tokenizer_config.json and special_tokens_map.json into an existing folder. */
    public void write(Path folder) throws IOException {
        JsonObject file = JsonParser.parseString(FRAME).getAsJsonObject();
        JsonArray added = new JsonArray();
        for (String mark : MARKS) {
            JsonObject entry = JsonParser.parseString(ADDED).getAsJsonObject();
            entry.addProperty("id", id(mark));
            entry.addProperty("content", mark);
            added.add(entry);
        }
        file.add("added_tokens", added);
        file.getAsJsonObject("model").add("vocab", GSON.toJsonTree(ids));
        json(folder, "tokenizer.json", file);
        Map<String, Object> specials = new LinkedHashMap<>();
        specials.put("bos_token", BEGIN);
        specials.put("eos_token", END);
        specials.put("pad_token", PAD);
        specials.put("unk_token", UNKNOWN);
        json(folder, "special_tokens_map.json", specials);
        specials.put("tokenizer_class", "PreTrainedTokenizerFast");
        specials.put("model_max_length", LONGEST);
        specials.put("image_token", IMAGE);
        json(folder, "tokenizer_config.json", specials);
    }

    private static void json(Path folder, String name, Object content) throws IOException {
        Files.writeString(folder.resolve(name), GSON.toJson(content) + "\n");
    }
}
