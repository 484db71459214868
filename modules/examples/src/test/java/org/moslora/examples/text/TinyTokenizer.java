package org.moslora.examples.text;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A byte-level tokenizer without merges: the id of a byte is the byte, and special tokens follow from 256. */
final class TinyTokenizer {
    static final List<String> SPECIALS = List.of(
            "<s>",
            "</s>",
            "<image>",
            "<|begin_of_text|>",
            "<|start_header_id|>",
            "<|end_header_id|>",
            "<|eot_id|>",
            "<|im_start|>",
            "<|im_end|>",
            "<bos>",
            "<start_of_turn>",
            "<end_of_turn>");

    private TinyTokenizer() {}

    /** Writes a tokenizer.json that wants to add {@code <s>}, to cut at 8 tokens and to pad, and beside it what ends a text. */
    static void write(Path folder) throws IOException {
        JsonObject file = JsonParser.parseString("{\"version\": \"1.0\","
                        + "\"truncation\": {\"direction\": \"Right\", \"max_length\": 8, \"strategy\": \"LongestFirst\","
                        + " \"stride\": 0},"
                        + "\"padding\": {\"strategy\": {\"Fixed\": 16}, \"direction\": \"Right\","
                        + " \"pad_to_multiple_of\": null, \"pad_id\": 0, \"pad_type_id\": 0, \"pad_token\": \"!\"},"
                        + "\"normalizer\": null,"
                        + "\"pre_tokenizer\": {\"type\": \"ByteLevel\", \"add_prefix_space\": false,"
                        + " \"trim_offsets\": true, \"use_regex\": true},"
                        + "\"post_processor\": {\"type\": \"TemplateProcessing\","
                        + " \"single\": [{\"SpecialToken\": {\"id\": \"<s>\", \"type_id\": 0}},"
                        + " {\"Sequence\": {\"id\": \"A\", \"type_id\": 0}}],"
                        + " \"pair\": [{\"Sequence\": {\"id\": \"A\", \"type_id\": 0}},"
                        + " {\"Sequence\": {\"id\": \"B\", \"type_id\": 1}}],"
                        + " \"special_tokens\": {\"<s>\": {\"id\": \"<s>\", \"ids\": [256], \"tokens\": [\"<s>\"]}}},"
                        + "\"decoder\": {\"type\": \"ByteLevel\", \"add_prefix_space\": false, \"trim_offsets\": true,"
                        + " \"use_regex\": true}}")
                .getAsJsonObject();
        JsonArray added = new JsonArray();
        for (int i = 0; i < SPECIALS.size(); i++) {
            JsonObject token = JsonParser.parseString("{\"single_word\": false, \"lstrip\": false, \"rstrip\": false,"
                            + " \"normalized\": false, \"special\": true}")
                    .getAsJsonObject();
            token.addProperty("id", 256 + i);
            token.addProperty("content", SPECIALS.get(i));
            added.add(token);
        }
        file.add("added_tokens", added);
        JsonObject vocab = new JsonObject();
        for (int b = 0, extra = 256; b < 256; b++) {
            // Bytes without a printable Latin-1 letter are spelt by letters from 256 on, as GPT-2 has it.
            boolean printable = (b >= 33 && b <= 126) || (b >= 161 && b <= 172) || b >= 174;
            vocab.addProperty(String.valueOf((char) (printable ? b : extra++)), b);
        }
        JsonObject model = new JsonObject();
        model.addProperty("type", "BPE");
        model.add("vocab", vocab);
        model.add("merges", new JsonArray());
        file.add("model", model);
        Files.writeString(folder.resolve("tokenizer.json"), file.toString(), StandardCharsets.UTF_8);
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"eos_token\": {\"content\": \"</s>\"}}");
    }

    /** The id of a special token. */
    static int id(String token) {
        return 256 + SPECIALS.indexOf(token);
    }
}
