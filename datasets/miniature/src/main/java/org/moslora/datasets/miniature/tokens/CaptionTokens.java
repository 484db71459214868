package org.moslora.datasets.miniature.tokens;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.moslora.datasets.miniature.language.WorldVocabulary;

/**
 * CLIP's kind of tokenizer for the text encoder of an image generator: letters, and pairs of pieces merged until every
 * word of a caption is one token. Other words are spelt from letters; a character that is none of them is unknown.
 */
public final class CaptionTokens {
    /** How many tokens a caption is padded or cut to. */
    public static final int LENGTH = 24;

    private static final String BEGIN = "<|startoftext|>";
    private static final String END = "<|endoftext|>";
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789,.!?'-";

    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    private final Map<String, Integer> ids = new LinkedHashMap<>();
    private final List<String> merges;

    /** Learns the words of captions. */
    public CaptionTokens() {
        List<List<String>> words = new ArrayList<>();
        WorldVocabulary.ofCaptions().forEach(word -> words.add(Merges.letters(word)));
        this.merges = Merges.untilWhole(words);
        for (String ending : List.of("", Merges.WORD_END)) {
            LETTERS.chars().forEach(letter -> add(Character.toString(letter) + ending));
        }
        merges.forEach(pair -> add(pair.replace(" ", "")));
        add(BEGIN);
        add(END);
    }

    private void add(String token) {
        ids.put(token, ids.size());
    }

    /** How many tokens there are. */
    public int size() {
        return ids.size();
    }

    /** The id that opens a caption. */
    public int begin() {
        return size() - 2;
    }

    /** The id that ends a caption and fills what it leaves. */
    public int end() {
        return size() - 1;
    }

    /** Writes vocab.json, merges.txt, tokenizer_config.json and special_tokens_map.json into an existing folder. */
    public void write(Path folder) throws IOException {
        json(folder, "vocab.json", ids);
        Files.writeString(folder.resolve("merges.txt"), "#version: 0.2\n" + String.join("\n", merges) + "\n");
        Map<String, Object> specials = new LinkedHashMap<>();
        specials.put("bos_token", BEGIN);
        specials.put("eos_token", END);
        specials.put("pad_token", END);
        specials.put("unk_token", END);
        json(folder, "special_tokens_map.json", specials);
        specials.put("tokenizer_class", "CLIPTokenizer");
        specials.put("do_lower_case", true);
        specials.put("model_max_length", LENGTH);
        json(folder, "tokenizer_config.json", specials);
    }

    private static void json(Path folder, String name, Map<String, ?> content) throws IOException {
        Files.writeString(folder.resolve(name), GSON.toJson(content) + "\n");
    }
}
