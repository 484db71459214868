package org.moslora.compare;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.moslora.problems.InputFile;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.DurableFiles;

/** Smaller parts of conversation files: the first rows in one shuffled order, so that a larger part holds a smaller. */
record Subsets(Path folder, List<Path> files) {
    private static final long SHUFFLE = 20_240_616;
    private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

    /** Where the parts lie, by their numbers of rows. */
    Map<Integer, Path> files(List<Integer> counts) {
        Map<Integer, Path> parts = new LinkedHashMap<>();
        counts.forEach(count -> parts.put(count, folder.resolve("rows-" + count + ".json")));
        return parts;
    }

    /**
     * All rows in the order in which parts take them; none if no part is wanted.
     *
     * @throws InvalidInput if the files cannot be read or have too few rows
     */
    List<String> shuffled(List<Integer> counts) {
        List<JsonElement> rows = new ArrayList<>();
        if (counts.isEmpty()) {
            return List.of();
        }
        files.forEach(file -> rows.addAll(rows(file)));
        int most = Collections.max(counts);
        if (rows.size() < most) {
            throw new InvalidInput(
                    "compare.rows", "wants " + most + " rows, but data.conversations has " + rows.size());
        }
        Collections.shuffle(rows, new Random(SHUFFLE));
        return rows.stream().map(GSON::toJson).toList();
    }

    /** Writes the parts. */
    void write(List<Integer> counts, List<String> shuffled) {
        files(counts)
                .forEach((count, file) -> DurableFiles.writeString(
                        file, "[\n" + String.join(",\n", shuffled.subList(0, count)) + "\n]\n"));
    }

    private static List<JsonElement> rows(Path file) {
        try {
            String text = InputFile.text(file);
            List<JsonElement> rows = new ArrayList<>();
            if (text.stripLeading().startsWith("[")) {
                JsonParser.parseString(text).getAsJsonArray().forEach(rows::add);
            } else {
                text.lines()
                        .filter(line -> !line.isBlank())
                        .map(JsonParser::parseString)
                        .forEach(rows::add);
            }
            return rows;
        } catch (IOException | JsonParseException | IllegalStateException unreadable) {
            throw new InvalidInput(file.toString(), "cannot be read: " + unreadable.getMessage());
        }
    }
}
