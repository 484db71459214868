package org.moslora.onnx.export;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.moslora.problems.InputFile;

/** Configs as they go from a model's folder into an exported one: what readers need is written out. */
final class ConfigFile {
    private static final Gson GSON = new GsonBuilder()
            .setPrettyPrinting()
            .disableHtmlEscaping()
            .serializeNulls()
            .create();

    private ConfigFile() {}

    /** An object that was checked when the model was opened. */
    static JsonObject read(Path file) throws IOException {
        return JsonParser.parseString(InputFile.text(file)).getAsJsonObject();
    }

    /** An object, or an empty one where there is no file. */
    static JsonObject readOrEmpty(Path file) throws IOException {
        return Files.exists(file) ? read(file) : new JsonObject();
    }

    static void write(Path file, JsonObject json) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, GSON.toJson(json) + "\n");
    }

    /** Numbers as an array. */
    static JsonArray array(List<Integer> numbers) {
        JsonArray array = new JsonArray();
        numbers.forEach(array::add);
        return array;
    }

    /** What {@code model_index.json} names in place of a part that is not there. */
    static JsonElement absent() {
        JsonArray pair = new JsonArray();
        pair.add(JsonNull.INSTANCE);
        pair.add(JsonNull.INSTANCE);
        return pair;
    }

    /** Copies the files of a folder that is there. */
    static void copyFolder(Path from, Path to) throws IOException {
        if (!Files.isDirectory(from)) {
            return;
        }
        Files.createDirectories(to);
        try (Stream<Path> entries = Files.list(from)) {
            for (Path entry : entries.filter(Files::isRegularFile).sorted().toList()) {
                Files.copy(entry, to.resolve(entry.getFileName().toString()));
            }
        }
    }

    /** Copies those of the named files that are there. */
    static void copyFiles(Path from, Path to, List<String> names) throws IOException {
        for (String name : names) {
            if (Files.exists(from.resolve(name))) {
                Files.copy(from.resolve(name), to.resolve(name));
            }
        }
    }
}
