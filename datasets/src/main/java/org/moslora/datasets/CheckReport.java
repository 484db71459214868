package org.moslora.datasets;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Writes findings for other programs to read. */
public final class CheckReport {
    private CheckReport() {}

    /**
     * Writes a JSON array with an object for each finding: {@code file}, {@code index} (from 0), {@code line} (from
     * 1), {@code id}, {@code severity}, {@code rule}, {@code message}, {@code action}.
     *
     * @throws IOException if the file cannot be written
     */
    public static void write(Path file, List<Finding> findings) throws IOException {
        try (JsonWriter out = new JsonWriter(Files.newBufferedWriter(file, StandardCharsets.UTF_8))) {
            out.setIndent("  ");
            out.beginArray();
            for (Finding finding : findings) {
                out.beginObject();
                out.name("file").value(finding.at().file());
                out.name("index").value(finding.at().index());
                out.name("line").value(finding.at().line());
                out.name("id").value(finding.id());
                out.name("severity").value(finding.severity().name().toLowerCase(Locale.ROOT));
                out.name("rule").value(finding.rule());
                out.name("message").value(finding.message());
                out.name("action").value(finding.action());
                out.endObject();
            }
            out.endArray();
        }
    }
}
