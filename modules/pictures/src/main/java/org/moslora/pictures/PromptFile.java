package org.moslora.pictures;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.moslora.problems.InputFile;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;

/**
 * A file of prompts, read one at a time: a prompt a line, perhaps with kohya's flags at its end, blank lines and lines
 * that begin with # passed over; or, if the name ends in {@code .jsonl}, an object a line with {@code prompt} and the
 * options' names as keys. Rows that {@code generate} left in {@code images.jsonl} are such objects too. Not thread-safe.
 */
public final class PromptFile implements Iterator<PictureRequest>, AutoCloseable {
    private static final int MOST_PROBLEMS = 50;

    private final Path file;
    private final boolean json;
    private final BufferedReader reader;
    private int line;
    private @Nullable String ahead;

    private PromptFile(Path file, BufferedReader reader) {
        this.file = file;
        this.reader = reader;
        this.json = file.toString().toLowerCase(Locale.ROOT).endsWith(".jsonl");
    }

    /**
     * Opens a file.
     *
     * @throws InvalidInput if it is absent or cannot be read
     */
    public static PromptFile open(Path file) {
        try {
            return new PromptFile(file, InputFile.reader(file));
        } catch (NoSuchFileException absent) {
            throw new InvalidInput(file.toString(), "does not exist");
        } catch (IOException unreadable) {
            throw new InvalidInput(file.toString(), "cannot be read: " + unreadable.getMessage());
        }
    }

    /**
     * Reads a whole file for what is wrong with it, so that nothing is found out half way through a night.
     *
     * @return how many prompts it has
     * @throws InvalidInput with what is wrong, by line, or if there is no prompt in it
     */
    public static int check(Path file) {
        Problems problems = new Problems();
        int prompts = 0;
        try (PromptFile prompt = open(file)) {
            while (problems.found().size() < MOST_PROBLEMS && prompt.hasNext()) {
                problems.collect(prompt::next);
                prompts++;
            }
        }
        problems.throwIfAny();
        if (prompts == 0) {
            throw new InvalidInput(
                    file.toString(), "holds no prompt; blank lines and those that begin with # are none");
        }
        return prompts;
    }

    /**
     * Whether there is another prompt.
     *
     * @throws InvalidInput if the file is no UTF-8 text
     */
    @Override
    public boolean hasNext() {
        while (ahead == null) {
            String text = readLine();
            if (text == null) {
                return false;
            }
            line++;
            String bare = line == 1 && text.startsWith("\ufeff") ? text.substring(1) : text;
            boolean comment = bare.startsWith("#") || bare.isBlank();
            ahead = comment ? null : bare;
        }
        return true;
    }

    private @Nullable String readLine() {
        try {
            return reader.readLine();
        } catch (CharacterCodingException malformed) {
            throw new InvalidInput(file + ":" + (line + 1), "is not UTF-8 text, here or in the lines after");
        } catch (IOException unreadable) {
            throw new InvalidInput(file + ":" + (line + 1), "cannot be read: " + unreadable.getMessage());
        }
    }

    /**
     * The next prompt; reading can go on after a bad one.
     *
     * @throws InvalidInput naming file and line if there is something wrong with it
     */
    @Override
    public PictureRequest next() {
        if (!hasNext() || ahead == null) {
            throw new NoSuchElementException(file + " has no more prompts");
        }
        String text = ahead;
        ahead = null;
        String where = file + ":" + line;
        return json ? parseJson(where, text) : PromptLine.parse(where, text);
    }

    private static PictureRequest parseJson(String where, String text) {
        JsonElement value;
        try {
            value = JsonParser.parseString(text);
        } catch (JsonParseException | StackOverflowError broken) {
            throw new InvalidInput(where, "is not valid JSON: " + broken.getMessage());
        }
        if (!value.isJsonObject()) {
            throw new InvalidInput(where, "must be a JSON object such as {\"prompt\": \"a cat\"}");
        }
        return PictureRequest.of(
                where,
                value.getAsJsonObject(),
                Set.of(GenerationParameters.FILE, GenerationParameters.MODEL, GenerationParameters.MORE));
    }

    @Override
    public void close() {
        try {
            reader.close();
        } catch (IOException ignored) {
            // Nothing was written, so nothing can be lost.
            return;
        }
    }
}
