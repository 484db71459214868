package org.moslora.pictures;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BiConsumer;
import org.moslora.problems.InputFile;
import org.moslora.problems.InvalidInput;

/** A file with a row a line to which rows are added; whoever was cut off may have left half a row at its end. */
final class RowFile {
    private RowFile() {}

    /**
     * Reads row after row; blank ones and half a row at the end are passed over.
     *
     * @param row takes where it stands, for messages, and its text
     */
    static void read(Path file, BiConsumer<String, String> row) {
        InputFile.mustBeFile(file);
        if (!Files.isRegularFile(file)) {
            return;
        }
        try (InputStream stream = new BufferedInputStream(InputFile.stream(file), 1 << 16)) {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            int number = 1;
            for (int next = stream.read(); next >= 0; next = stream.read()) {
                if (next != '\n') {
                    line.write(next);
                    continue;
                }
                String text = line.toString(StandardCharsets.UTF_8);
                if (!text.isBlank()) {
                    row.accept(file + ":" + number, text);
                }
                line.reset();
                number++;
            }
        } catch (IOException unreadable) {
            throw new InvalidInput(file.toString(), "cannot be read: " + unreadable.getMessage());
        }
    }

    /** Cuts half a row off the end. */
    static void mend(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            return;
        }
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            long length = open.length();
            while (length > 0) {
                open.seek(length - 1);
                if (open.read() == '\n') {
                    break;
                }
                length--;
            }
            open.setLength(length);
        }
    }
}
