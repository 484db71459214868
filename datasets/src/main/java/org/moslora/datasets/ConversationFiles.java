package org.moslora.datasets;

import com.google.gson.JsonElement;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.moslora.examples.text.Conversation;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;

/** Reads conversation files: JSON arrays or JSON lines, whatever they are called, in any of {@link DataFormat}. */
public final class ConversationFiles {
    private final @Nullable DataFormat format;
    private final List<ConversationRow> rows = new ArrayList<>();
    private final List<Finding> findings = new ArrayList<>();
    private final Map<String, RowPlace> seen = new HashMap<>();
    private int total;

    private ConversationFiles(@Nullable DataFormat format) {
        this.format = format;
    }

    /**
     * Reads all files, one after the other.
     *
     * @param format how the rows are laid out; null to go by what each row shows
     * @return every row that can be read and what is wrong with the others; a bad row does not end the reading
     * @throws InvalidInput if a file is missing or is not JSON (with line and column, for all files at once), holds no
     *     rows, or is of a format that is not read
     */
    public static ConversationRows read(List<Path> files, @Nullable DataFormat format) {
        ConversationFiles reader = new ConversationFiles(format);
        Problems problems = new Problems();
        for (Path file : files) {
            problems.collect(() -> reader.file(file));
        }
        if (problems.isEmpty() && reader.total == 0) {
            problems.add(files.isEmpty() ? "data.conversations" : files.get(0).toString(), "holds no conversations");
        }
        problems.throwIfAny();
        return new ConversationRows(reader.rows, reader.findings, reader.total);
    }

    private void file(Path file) {
        refuse(file.toString(), format);
        JsonRows.read(file, this::row);
    }

    private static void refuse(String where, @Nullable DataFormat format) {
        if (format != null && !format.isRead()) {
            throw new InvalidInput(
                    where,
                    "format " + format.spelling() + ": text instruction tuning is not part of this"
                            + " version; llava and messages are read");
        }
    }

    private void row(RowPlace at, JsonElement element) {
        total++;
        if (format == null && element.isJsonObject()) {
            refuse(at.file(), DataFormat.of(element.getAsJsonObject()));
        }
        String id = RowId.of(element, at);
        try {
            Conversation conversation = RowReader.read(id, element, format);
            rows.add(new ConversationRow(at, conversation));
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
