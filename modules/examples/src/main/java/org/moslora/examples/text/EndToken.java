package org.moslora.examples.text;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.moslora.problems.InputFile;
import org.moslora.problems.InvalidInput;

/** The token that a model folder calls its end of sequence. */
final class EndToken {
    private static final List<String> NAMED = List.of("tokenizer_config.json", "special_tokens_map.json");
    private static final List<String> NUMBERED = List.of("generation_config.json", "config.json");

    private EndToken() {}

    /** Its name, where the tokenizer's files say it. */
    static @Nullable String named(Path folder) {
        for (String file : NAMED) {
            String token = name(value(folder.resolve(file), "eos_token"));
            if (token != null) {
                return token;
            }
        }
        return null;
    }

    /**
     * Its id: what the tokenizer's files name, else the first that the model's files number.
     *
     * @throws InvalidInput when neither says, or the token is unknown
     */
    static int of(Path folder, Map<String, Integer> vocabulary) {
        for (String file : NAMED) {
            String token = name(value(folder.resolve(file), "eos_token"));
            if (token != null) {
                Integer id = vocabulary.get(token);
                if (id == null) {
                    throw new InvalidInput(
                            folder.resolve(file).toString(), "eos_token is " + token + ", which the tokenizer lacks");
                }
                return id;
            }
        }
        for (String file : NUMBERED) {
            Integer id = number(value(folder.resolve(file), "eos_token_id"));
            if (id != null && vocabulary.containsValue(id)) {
                return id;
            }
        }
        throw new InvalidInput(
                folder.toString(),
                "says nowhere what ends a text: eos_token in tokenizer_config.json, or eos_token_id in config.json");
    }

    private static @Nullable String name(@Nullable JsonElement value) {
        JsonElement content =
                value != null && value.isJsonObject() ? value.getAsJsonObject().get("content") : value;
        return content != null
                        && content.isJsonPrimitive()
                        && content.getAsJsonPrimitive().isString()
                ? content.getAsString()
                : null;
    }

    private static @Nullable Integer number(@Nullable JsonElement value) {
        JsonElement first =
                value != null && value.isJsonArray() && !value.getAsJsonArray().isEmpty()
                        ? value.getAsJsonArray().get(0)
                        : value;
        return first != null
                        && first.isJsonPrimitive()
                        && first.getAsJsonPrimitive().isNumber()
                ? Integer.valueOf(first.getAsInt())
                : null;
    }

    private static @Nullable JsonElement value(Path file, String key) {
        if (!Files.isRegularFile(file)) {
            return null;
        }
        try {
            JsonElement json = JsonParser.parseString(InputFile.text(file));
            return json instanceof JsonObject object ? object.get(key) : null;
        } catch (IOException | JsonParseException broken) {
            throw new InvalidInput(file.toString(), "cannot be read as JSON: " + broken.getMessage());
        }
    }
}
