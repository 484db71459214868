package org.moslora.pictures;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.moslora.problems.InvalidInput;

/**
 * The file {@code images.jsonl} of an output folder: a row for each picture, in the order in which they were made, with
 * what made it. A run that was cut off may leave half a row at the end, which counts for nothing.
 */
public final class ImageRows {
    /** Its name. */
    public static final String NAME = "images.jsonl";

    private ImageRows() {}

    /**
     * What a folder's pictures were made by, by file name; empty if there is no such file.
     *
     * @throws InvalidInput naming the line, if one but the last is no row
     */
    public static Map<String, GenerationParameters> read(Path folder) {
        Map<String, GenerationParameters> rows = new LinkedHashMap<>();
        forEach(folder, rows::put);
        return rows;
    }

    /**
     * As {@link #read}, row by row, so that not all are held at a time.
     *
     * @param row takes a picture's name and what made it
     */
    public static void forEach(Path folder, BiConsumer<String, GenerationParameters> row) {
        RowFile.read(folder.resolve(NAME), (where, line) -> read(where, line, row));
    }

    /** A folder's pictures by what was asked for, in the order in which they were made. */
    public static Map<String, List<Path>> byPrompt(Path folder) {
        Map<String, List<Path>> pictures = new LinkedHashMap<>();
        forEach(
                folder,
                (file, parameters) -> pictures.computeIfAbsent(
                                parameters.request().prompt(), any -> new ArrayList<>())
                        .add(folder.resolve(file)));
        return pictures;
    }

    private static void read(String where, String line, BiConsumer<String, GenerationParameters> rows) {
        try {
            JsonElement json = JsonParser.parseString(line);
            if (json.isJsonObject()
                    && json.getAsJsonObject().get(GenerationParameters.FILE) instanceof JsonPrimitive name) {
                rows.accept(name.getAsString(), GenerationParameters.of(where, json.getAsJsonObject()));
                return;
            }
        } catch (JsonParseException | StackOverflowError broken) {
            throw new InvalidInput(where, "is not valid JSON: " + broken.getMessage());
        }
        throw new InvalidInput(where, "must be an object with the \"file\" of a picture");
    }

    /**
     * Adds a row, after the picture itself is written.
     *
     * @throws UncheckedIOException if that fails
     */
    public static void append(Path folder, String picture, GenerationParameters parameters) {
        append(folder, row(picture, parameters));
    }

    /** The row of a picture, for whoever adds it elsewhere by {@link #append(Path, String)}. */
    public static String row(String picture, GenerationParameters parameters) {
        return Quoted.json(parameters.json(picture));
    }

    /** Adds a row that {@link #row} made. */
    public static void append(Path folder, String row) {
        Path file = folder.resolve(NAME);
        try {
            Files.writeString(file, row + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException full) {
            throw new UncheckedIOException(file + " cannot be written: " + full.getMessage(), full);
        }
    }

    /** Cuts half a row off the end, before rows are added to what an earlier call left. */
    public static void mend(Path folder) {
        Path file = folder.resolve(NAME);
        try {
            RowFile.mend(file);
        } catch (IOException unwritable) {
            throw new UncheckedIOException(file + " cannot be mended: " + unwritable.getMessage(), unwritable);
        }
    }
}
