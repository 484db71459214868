package org.moslora.training;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import org.moslora.problems.InputFile;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.DurableFiles;
import org.moslora.training.team.Team;

/** {@code metrics.jsonl}: a line for every step, on disk before the next step begins. */
public final class Metrics implements AutoCloseable {
    /** The loss on what is held back, of a step after which it was looked at. */
    static final String VALIDATION = "validation_loss";

    private final @Nullable BufferedWriter writer;

    private Metrics(@Nullable BufferedWriter writer) {
        this.writer = writer;
    }

    /** As {@link #open(Path, int)} for the one of a team that writes; the others log nothing. */
    public static Metrics open(Team team, Path file, int after) {
        return team.writes() ? open(file, after) : new Metrics(null);
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

    /**
     * All whole lines of a log; a last line that a crash cut short is left out.
     *
     * @throws InvalidInput when another line is none that a run writes
     */
    public static List<JsonObject> rows(Path file) {
        List<JsonObject> rows = new ArrayList<>();
        if (!Files.exists(file)) {
            return rows;
        }
        List<String> lines = lines(file);
        for (int i = 0; i < lines.size(); i++) {
            JsonObject row = row(lines.get(i));
            if (row == null && i + 1 < lines.size()) {
                throw new InvalidInput(
                        file + ":" + (i + 1),
                        "is no row that a run writes, an object with a step and its loss as numbers, though others"
                                + " follow it: something else has changed the file");
            }
            if (row != null && row.has("step")) {
                rows.add(row);
            }
        }
        return rows;
    }

    private static List<String> lines(Path file) {
        try {
            return InputFile.lines(file);
        } catch (CharacterCodingException malformed) {
            throw new InvalidInput(file.toString(), "is not UTF-8 text: something else than a run has changed it");
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** A line as an object; null for one that is damaged. */
    private static @Nullable JsonObject row(String line) {
        try {
            JsonObject row = JsonParser.parseString(line).getAsJsonObject();
            return !row.has("step") || isStep(row) ? row : null;
        } catch (JsonParseException
                | IllegalStateException
                | UnsupportedOperationException
                | NumberFormatException
                | StackOverflowError damaged) {
            return null;
        }
    }

    private static boolean isStep(JsonObject row) {
        return row.get("step").getAsInt() > 0 && row.get("loss") instanceof JsonPrimitive loss && loss.isNumber();
    }

    /** Adds a step. */
    public void add(StepReport report) {
        add(report, OptionalDouble.empty());
    }

    /** The same with the loss on what is held back, where it was looked at after the step. */
    public void add(StepReport report, OptionalDouble validation) {
        if (writer == null) {
            return;
        }
        JsonObject row = report.json();
        validation.ifPresent(loss -> row.addProperty(VALIDATION, loss));
        try {
            writer.write(row.toString());
            writer.write('\n');
            writer.flush();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    @Override
    public void close() {
        try {
            if (writer != null) {
                writer.close();
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
