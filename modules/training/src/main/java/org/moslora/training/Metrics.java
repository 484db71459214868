package org.moslora.training;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.moslora.tensors.DurableFiles;

/** {@code metrics.jsonl}: a line for every step, on disk before the next step begins. */
public final class Metrics implements AutoCloseable {
    private final BufferedWriter writer;

    private Metrics(BufferedWriter writer) {
        this.writer = writer;
    }

    /** Opens the log of a run, cut after so many steps. */
    public static Metrics open(Path file, int after) {
        List<String> kept = new ArrayList<>();
        for (JsonObject row : rows(file)) {
            if (row.get("step").getAsInt() <= after) {
                kept.add(row.toString());
            }
        }
        try {
            DurableFiles.writeString(file, kept.isEmpty() ? "" : String.join("\n", kept) + "\n");
            return new Metrics(Files.newBufferedWriter(file, StandardCharsets.UTF_8, StandardOpenOption.APPEND));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** All whole lines of a log; a line that a crash cut short is left out. */
    public static List<JsonObject> rows(Path file) {
        List<JsonObject> rows = new ArrayList<>();
        if (!Files.exists(file)) {
            return rows;
        }
        try {
            for (String line : Files.readAllLines(file)) {
                JsonObject row = JsonParser.parseString(line).getAsJsonObject();
                if (row.has("step")) {
                    rows.add(row);
                }
            }
            return rows;
        } catch (JsonParseException | IllegalStateException torn) {
            return rows;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** Adds a step. */
    public void add(StepReport report) {
        try {
            writer.write(report.json());
            writer.write('\n');
            writer.flush();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    @Override
    public void close() {
        try {
            writer.close();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
