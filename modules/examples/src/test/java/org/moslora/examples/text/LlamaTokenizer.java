package org.moslora.examples.text;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A tokenizer of LLaMA-2's kind: blanks are "▁", one stands in front of every stretch of text, the few words are merged
 * from letters, and what the vocabulary lacks comes as bytes.
 */
final class LlamaTokenizer {
    private static final List<List<String>> MERGES = List.of(
            List.of("▁", "T"),
            List.of("h", "e"),
            List.of("▁T", "he"),
            List.of("▁", "t"),
            List.of("▁t", "he"),
            List.of("▁", "▁"),
            List.of("▁", "M"));
    private static final String LETTERS = "▁TheMtUSER:ANa.BlowinsrcpdFmkgqu#W,'1";

    private LlamaTokenizer() {}

    static void write(Path folder) throws IOException {
        JsonObject vocab = new JsonObject();
        JsonArray added = new JsonArray();
        for (String mark : List.of("<unk>", "<s>", "</s>", "<image>")) {
            added.add(JsonParser.parseString(String.format(
                    "{\"id\": %d, \"content\": \"%s\", \"single_word\": false, \"lstrip\": false, \"rstrip\": false,"
                            + " \"normalized\": false, \"special\": true}",
                    vocab.size(), mark)));
            vocab.addProperty(mark, vocab.size());
        }
        for (int b = 0; b < 256; b++) {
            vocab.addProperty(String.format("<0x%02X>", b), vocab.size());
        }
        LETTERS.chars().distinct().forEach(letter -> vocab.addProperty(String.valueOf((char) letter), vocab.size()));
        JsonArray merges = new JsonArray();
        for (List<String> merge : MERGES) {
            vocab.addProperty(String.join("", merge), vocab.size());
            merges.add(String.join(" ", merge));
        }
        JsonObject json = JsonParser.parseString("{\"version\": \"1.0\", \"normalizer\": {\"type\": \"Sequence\","
                        + " \"normalizers\": [{\"type\": \"Prepend\", \"prepend\": \"▁\"}, {\"type\": \"Replace\","
                        + " \"pattern\": {\"String\": \" \"}, \"content\": \"▁\"}]}, \"pre_tokenizer\": null,"
                        + " \"post_processor\": {\"type\": \"TemplateProcessing\", \"single\": [{\"SpecialToken\":"
                        + " {\"id\": \"<s>\", \"type_id\": 0}}, {\"Sequence\": {\"id\": \"A\", \"type_id\": 0}}],"
                        + " \"pair\": [{\"Sequence\": {\"id\": \"A\", \"type_id\": 0}}, {\"Sequence\": {\"id\": \"B\","
                        + " \"type_id\": 1}}], \"special_tokens\": {\"<s>\": {\"id\": \"<s>\", \"ids\": [1],"
                        + " \"tokens\": [\"<s>\"]}}}, \"decoder\": {\"type\": \"Sequence\", \"decoders\": [{\"type\":"
                        + " \"Replace\", \"pattern\": {\"String\": \"▁\"}, \"content\": \" \"}, {\"type\":"
                        + " \"ByteFallback\"}, {\"type\": \"Fuse\"}, {\"type\": \"Strip\", \"content\": \" \","
                        + " \"start\": 1, \"stop\": 0}]}, \"model\": {\"type\": \"BPE\", \"unk_token\": \"<unk>\","
                        + " \"fuse_unk\": true, \"byte_fallback\": true}}")
                .getAsJsonObject();
        json.getAsJsonObject("model").add("vocab", vocab);
        json.getAsJsonObject("model").add("merges", merges);
        json.add("added_tokens", added);
        Files.writeString(folder.resolve("tokenizer.json"), json.toString());
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"eos_token\": \"</s>\"}");
    }
}
