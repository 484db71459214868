package org.moslora.examples.clip;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.moslora.problems.InputFile;
import org.moslora.problems.InvalidInput;

/** JSON objects in files of a tokenizer folder. */
final class JsonFile {
    private JsonFile() {}

    /** The object of a file; an empty one if there is no such file. */
    static JsonObject readIfThere(Path file) {
        return Files.isRegularFile(file) ? read(file) : new JsonObject();
    }

    static JsonObject read(Path file) {
        try {
            return parse(file.toString(), InputFile.bytes(file));
        } catch (IOException unreadable) {
            throw new InvalidInput(file.toString(), "cannot be read: " + unreadable.getMessage());
        }
    }

    static JsonObject parse(String where, byte[] text) {
        try {
            JsonElement json = JsonParser.parseString(new String(text, StandardCharsets.UTF_8));
            if (json.isJsonObject()) {
                return json.getAsJsonObject();
            }
        } catch (JsonParseException | StackOverflowError broken) {
            throw new InvalidInput(where, "is not valid JSON: " + broken.getMessage());
        }
        throw new InvalidInput(where, "must hold a JSON object");
    }

    /** The id that a value is, or a problem. */
    static int id(String where, String token, @Nullable JsonElement value) {
        if (value instanceof JsonPrimitive number && number.isNumber()) {
            double id = number.getAsDouble();
            if (id >= 0 && id == Math.rint(id) && id <= Integer.MAX_VALUE) {
                return (int) id;
            }
        }
        throw new InvalidInput(where, "has " + value + " for token '" + token + "', which is no id");
    }
}
