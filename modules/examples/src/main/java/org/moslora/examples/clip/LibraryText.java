package org.moslora.examples.clip;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.moslora.problems.InputFile;
import org.moslora.problems.InvalidInput;

/** A tokenizer.json through Hugging Face's own tokenizers library. */
final class LibraryText implements TextIds {
    static final String FILE = "tokenizer.json";

    private final String where;
    private final Map<String, Integer> vocabulary;
    private final HuggingFaceTokenizer tokenizer;

    private LibraryText(String where, Map<String, Integer> vocabulary, HuggingFaceTokenizer tokenizer) {
        this.where = where;
        this.vocabulary = vocabulary;
        this.tokenizer = tokenizer;
    }

    static LibraryText open(Path folder) {
        Path file = folder.resolve(FILE);
        String where = file.toString();
        try {
            byte[] bytes = InputFile.bytes(file);
            // Read first: what is no JSON must not reach the native library.
            Map<String, Integer> vocabulary = vocabulary(where, JsonFile.parse(where, bytes));
            Map<String, String> options =
                    Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false");
            return new LibraryText(
                    where, vocabulary, HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(bytes), options));
        } catch (InvalidInput invalid) {
            throw invalid;
        } catch (IOException | RuntimeException refused) {
            throw new InvalidInput(where, "is no tokenizer that can be read: " + refused.getMessage());
        }
    }

    private static Map<String, Integer> vocabulary(String where, JsonObject json) {
        Map<String, Integer> ids = new HashMap<>();
        if (json.get("model") instanceof JsonObject model && model.get("vocab") instanceof JsonObject words) {
            words.entrySet()
                    .forEach(entry -> ids.put(entry.getKey(), JsonFile.id(where, entry.getKey(), entry.getValue())));
        }
        if (json.get("added_tokens") instanceof JsonArray added) {
            for (JsonElement each : added) {
                if (each instanceof JsonObject token && token.get("content") instanceof JsonPrimitive content) {
                    ids.put(content.getAsString(), JsonFile.id(where, content.getAsString(), token.get("id")));
                }
            }
        }
        return ids;
    }

    @Override
    public int[] ids(String text) {
        long[] ids = tokenizer.encode(text, false, false).getIds();
        return Arrays.stream(ids).mapToInt(Math::toIntExact).toArray();
    }

    @Override
    public int id(String token) {
        Integer id = vocabulary.get(token);
        if (id == null) {
            throw new InvalidInput(where, "has no token '" + token + "', which tokenizer_config.json beside it names");
        }
        return id;
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
