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
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.moslora.problems.InvalidInput;

/** The file {@code failed.jsonl} of an output folder: a row for each picture that there is none of, with the reason. */
public final class FailedRows {
    /** Its name. */
    public static final String NAME = "failed.jsonl";

    private static final String REASON = "reason";

    private FailedRows() {}

    /** File names of the pictures that failed; none if there is no such file. Half a row at the end is passed over. */
    public static Set<String> names(Path folder) {
        return marks(folder).keySet();
    }

    /** The marks of their makings by file name; see {@link GenerationParameters#mark}. */
    public static Map<String, Long> marks(Path folder) {
        Map<String, Long> marks = new LinkedHashMap<>();
        RowFile.read(folder.resolve(NAME), (where, line) -> {
            try {
                JsonElement json = JsonParser.parseString(line);
                if (json.isJsonObject()
                        && json.getAsJsonObject().get(GenerationParameters.FILE) instanceof JsonPrimitive name) {
                    JsonObject row = json.getAsJsonObject();
                    row.remove(REASON);
                    marks.put(
                            name.getAsString(),
                            GenerationParameters.of(where, row).mark());
                }
            } catch (JsonParseException | InvalidInput torn) {
                return; // what a kill left in the middle of two calls; the picture is tried again
            }
        });
        return marks;
    }

    /**
     * Adds a row.
     *
     * @throws UncheckedIOException if that fails
     */
    public static void append(Path folder, String picture, GenerationParameters parameters, String reason) {
        append(folder, row(picture, parameters, reason));
    }

    /** The row of a picture, for whoever adds it elsewhere by {@link #append(Path, String)}. */
    public static String row(String picture, GenerationParameters parameters, String reason) {
        JsonObject row = parameters.json(picture);
        row.addProperty(REASON, reason);
        return Quoted.json(row);
    }

    /** Adds a row that {@link #row} made. */
    public static synchronized void append(Path folder, String row) {
        Path file = folder.resolve(NAME);
        try {
            Files.writeString(file, row + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException full) {
            throw new UncheckedIOException(file + " cannot be written: " + full.getMessage(), full);
        }
    }

    /** Forgets all of them. */
    public static void clear(Path folder) throws IOException {
        Files.deleteIfExists(folder.resolve(NAME));
    }
}
