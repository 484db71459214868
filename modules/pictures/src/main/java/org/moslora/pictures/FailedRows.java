package org.moslora.pictures;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashSet;
import java.util.Set;

/** The file {@code failed.jsonl} of an output folder: a row for each picture that there is none of, with the reason. */
public final class FailedRows {
    /** Its name. */
    public static final String NAME = "failed.jsonl";

    private FailedRows() {}

    /** File names of the pictures that failed; none if there is no such file. Half a row at the end is passed over. */
    public static Set<String> names(Path folder) {
        Set<String> names = new LinkedHashSet<>();
        RowFile.read(folder.resolve(NAME), (where, line) -> {
            try {
                JsonElement json = JsonParser.parseString(line);
                if (json.isJsonObject() && json.getAsJsonObject().get(Making.FILE) instanceof JsonPrimitive name) {
                    names.add(name.getAsString());
                }
            } catch (JsonParseException torn) {
                return; // what a kill left in the middle of two calls; the picture is tried again
            }
        });
        return names;
    }

    /**
     * Adds a row.
     *
     * @throws UncheckedIOException if that fails
     */
    public static synchronized void append(Path folder, String picture, Making making, String reason) {
        JsonObject row = making.json(picture);
        row.addProperty("reason", reason);
        Path file = folder.resolve(NAME);
        try {
            Files.writeString(file, Quoted.json(row) + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException full) {
            throw new UncheckedIOException(file + " cannot be written: " + full.getMessage(), full);
        }
    }

    /** Forgets all of them. */
    public static void clear(Path folder) throws IOException {
        Files.deleteIfExists(folder.resolve(NAME));
    }
}
