package org.moslora.datasets;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.moslora.examples.text.Conversation;
import org.moslora.problems.InputFile;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;

/** Reads conversation files: JSON arrays or JSON lines, whatever they are called, in any of {@link DataFormat}. */
public final class ConversationFiles {
    private final @Nullable DataFormat format;
    private final Purpose purpose;
    private final UnreadFields unread = new UnreadFields();
    private final List<ConversationRow> rows = new ArrayList<>();
    private final List<Finding> findings = new ArrayList<>();
    private final Map<String, RowPlace> seen = new HashMap<>();
    private final IdentityHashMap<Conversation, Conversation> rejected = new IdentityHashMap<>();
    private int total;

    private ConversationFiles(@Nullable DataFormat format, Purpose purpose) {
        this.format = format;
        this.purpose = purpose;
    }

    /** As {@link #read(List, DataFormat, Purpose)}, to learn from. */
    public static ConversationRows read(List<Path> files, @Nullable DataFormat format) {
        return read(files, format, Purpose.TRAINING);
    }

    /**
     * Reads all files, one after the other.
     *
     * @param format how the rows are laid out; null to go by what each row shows
     * @param purpose what for
     * @return every row that can be read and what is wrong with the others; a bad row does not end the reading
     * @throws InvalidInput if a file is missing or is not JSON (with line and column, for all files at once), or holds no
     *     rows
     */
    public static ConversationRows read(List<Path> files, @Nullable DataFormat format, Purpose purpose) {
        ConversationFiles reader = new ConversationFiles(format, purpose);
        Problems problems = new Problems();
        for (Path file : files) {
            problems.collect(() -> reader.file(file));
        }
        if (problems.isEmpty() && reader.total == 0) {
            problems.add(files.isEmpty() ? "data.conversations" : files.get(0).toString(), "holds no conversations");
        }
        problems.throwIfAny();
        reader.findings.addAll(reader.unread.findings());
        return new ConversationRows(reader.rows, reader.findings, reader.total, reader.rejected);
    }

    /** The format that a file's first row shows; empty if none, or if the file cannot be read, which reading tells. */
    public static Optional<DataFormat> shown(Path file) {
        InputFile.mustBeFile(file);
        try (JsonReader in = new JsonReader(Files.newBufferedReader(file))) {
            if (in.peek() == JsonToken.BEGIN_ARRAY) {
                in.beginArray();
            }
            JsonElement first = JsonParser.parseReader(in);
            return first.isJsonObject()
                    ? Optional.ofNullable(DataFormat.of(first.getAsJsonObject()))
                    : Optional.empty();
        } catch (IOException | JsonParseException | IllegalStateException unreadable) {
            return Optional.empty();
        }
    }

    private void file(Path file) {
        JsonRows.read(file, this::row);
    }

    private void pair(RowPlace at, String id, JsonElement element) throws BadRow {
        PreferenceRow pair = PreferenceRow.read(id, element, format);
        rows.add(new ConversationRow(at, pair.chosen()));
        rejected.put(pair.chosen(), pair.rejected());
        unread.look(at, id, PreferenceRow.side(element.getAsJsonObject(), true));
    }

    private void row(RowPlace at, JsonElement element) {
        total++;
        String id = RowId.of(element, at);
        try {
            if (purpose == Purpose.PREFERENCE) {
                pair(at, id, element);
            } else {
                rows.add(new ConversationRow(at, RowReader.read(id, element, format, purpose)));
                unread.look(at, id, element.getAsJsonObject());
            }
            RowPlace earlier = seen.putIfAbsent(id, at);
            if (earlier != null) {
                findings.add(new Finding(
                        at,
                        id,
                        Severity.WARNING,
                        "id-repeated",
                        "the id was given to " + earlier + " already; scores will not tell the two apart"));
            }
        } catch (BadRow bad) {
            findings.add(new Finding(at, id, Severity.ERROR, bad.rule(), bad.text()));
        }
    }
}
