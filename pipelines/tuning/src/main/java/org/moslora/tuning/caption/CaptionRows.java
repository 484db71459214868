package org.moslora.tuning.caption;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.moslora.problems.InputFile;
import org.moslora.problems.InvalidInput;

/**
 * The file {@code captions.jsonl} of a folder of pictures: a row for each text that the program wrote, with the text and what
 * was asked. A text that is no longer as its row says was changed by somebody, and is theirs from then on.
 */
final class CaptionRows {
    static final String NAME = "captions.jsonl";
    static final String FILE = "file";

    private static final String CAPTION = "caption";
    private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

    private final Path file;
    private final Map<String, JsonObject> rows = new HashMap<>();
    private boolean mended;

    private CaptionRows(Path file) {
        this.file = file;
    }

    /** Reads a folder's; half a row, which a kill may leave, in the middle of a letter too, counts for nothing. */
    static CaptionRows read(Path folder) {
        CaptionRows read = new CaptionRows(folder.resolve(NAME));
        if (Files.isRegularFile(read.file)) {
            try {
                new String(InputFile.bytes(read.file), StandardCharsets.UTF_8)
                        .lines()
                        .forEach(read::add);
            } catch (IOException unreadable) {
                throw new InvalidInput(read.file.toString(), "cannot be read: " + unreadable.getMessage());
            }
        }
        return read;
    }

    private void add(String line) {
        try {
            JsonElement json = JsonParser.parseString(line);
            if (json.isJsonObject() && json.getAsJsonObject().get(FILE) instanceof JsonPrimitive name) {
                rows.put(name.getAsString(), json.getAsJsonObject());
            }
        } catch (JsonParseException | StackOverflowError torn) {
            return;
        }
    }

    /**
     * Whether a text is as the program wrote it; the answer it was is then known.
     *
     * @param text the file's, without outer space
     */
    boolean isOwn(Path textFile, String text) {
        return text.equals(caption(textFile));
    }

    private @Nullable String caption(Path textFile) {
        JsonObject row = rows.get(String.valueOf(textFile.getFileName()));
        return row != null && row.get(CAPTION) instanceof JsonPrimitive caption ? caption.getAsString() : null;
    }

    /** Whether the program wrote a text when it was asked this. */
    boolean isOf(Path textFile, JsonObject asked) {
        JsonObject row = rows.get(String.valueOf(textFile.getFileName()));
        if (row == null) {
            return false;
        }
        JsonObject bare = row.deepCopy();
        bare.remove(CAPTION);
        return GSON.toJson(bare).equals(GSON.toJson(asked));
    }

    /** Adds a row after its text is written. */
    void append(JsonObject asked, String caption) {
        JsonObject row = asked.deepCopy();
        row.addProperty(CAPTION, caption);
        try {
            mend();
            Files.writeString(file, GSON.toJson(row) + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException full) {
            throw new UncheckedIOException(file + " cannot be written: " + full.getMessage(), full);
        }
    }

    /** What a kill left in the middle of a row ends in a line of its own. */
    private void mend() throws IOException {
        if (!mended && Files.isRegularFile(file)) {
            byte[] all = InputFile.bytes(file);
            if (all.length > 0 && all[all.length - 1] != '\n') {
                Files.writeString(file, "\n", StandardOpenOption.APPEND);
            }
        }
        mended = true;
    }
}
