package org.moslora.datasets;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.moslora.problems.InputFile;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;

/** The rows of a JSON array or of a file of one JSON object per line, one at a time; the content tells which it is. */
final class JsonRows {
    /** Gson gives its place only as part of a text. */
    private static final Pattern PLACE = Pattern.compile("line (\\d+) column (\\d+)");

    private static final int MOST_PROBLEMS = 10;
    private static final String OTHER_CHARSET = "is not UTF-8; save it as UTF-8, it may be UTF-16 or Latin-1 now";

    private final String file;
    private final BiConsumer<RowPlace, JsonElement> rows;

    private JsonRows(String file, BiConsumer<RowPlace, JsonElement> rows) {
        this.file = file;
        this.rows = rows;
    }

    /** @throws InvalidInput if the file is missing, not UTF-8 or not JSON, with line and column */
    static void read(Path path, BiConsumer<RowPlace, JsonElement> rows) {
        String file = path.toString();
        if (Files.isDirectory(path)) {
            throw new InvalidInput(file, "is a folder, not a file of conversations");
        }
        try {
            FileKind.mustBeJson(path);
            read(path, file, rows);
        } catch (NoSuchFileException missing) {
            throw new InvalidInput(file, "does not exist");
        } catch (CharacterCodingException otherCharset) {
            throw new InvalidInput(file, OTHER_CHARSET);
        } catch (IOException unreadable) {
            throw new InvalidInput(file, "cannot be read: " + unreadable.getMessage());
        }
    }

    private static void read(Path path, String file, BiConsumer<RowPlace, JsonElement> rows) throws IOException {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(
                InputFile.stream(path),
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT)))) {
            new JsonRows(file, rows).read(in);
        }
    }

    private void read(BufferedReader in) throws IOException {
        int line = 1;
        while (true) {
            in.mark(1);
            int first = in.read();
            if (first < 0) {
                return;
            } else if (first == '\n') {
                line++;
            } else if (first != '\ufeff' && !Character.isWhitespace(first)) {
                in.reset();
                if (first == '[') {
                    array(in, line);
                } else {
                    lines(in, line);
                }
                return;
            }
        }
    }

    private void array(Reader text, int firstLine) throws IOException {
        JsonReader in = strict(text);
        try {
            in.beginArray();
            for (int index = 0; in.peek() != JsonToken.END_ARRAY; index++) {
                int line = firstLine - 1 + place(in.toString(), 1);
                rows.accept(new RowPlace(file, index, line), JsonParser.parseReader(in));
            }
            in.endArray();
            mustEnd(in, firstLine);
        } catch (IOException | JsonParseException | IllegalStateException damaged) {
            throw malformed(damaged, in.toString(), firstLine);
        }
    }

    /** Behind one array there may be another: a file with an array on every line. */
    private void mustEnd(JsonReader in, int firstLine) {
        try {
            atEnd(in);
        } catch (IOException more) {
            throw new InvalidInput(
                    file,
                    "line " + (firstLine - 1 + place(in.toString(), 1)) + ", column " + place(in.toString(), 2)
                            + ": something follows the array of rows; if every line is an array, a list of messages"
                            + " perhaps, make it an object, {\"messages\": […]}");
        }
    }

    private void lines(BufferedReader in, int firstLine) throws IOException {
        Problems problems = new Problems();
        int index = 0;
        int bad = 0;
        int number = firstLine;
        for (String line = in.readLine(); line != null; line = in.readLine(), number++) {
            if (line.isBlank()) {
                continue;
            }
            try {
                line(new RowPlace(file, index++, number), line);
            } catch (InvalidInput noJson) {
                bad++;
                if (bad <= MOST_PROBLEMS) {
                    problems.addAll(noJson);
                }
            }
        }
        if (bad > MOST_PROBLEMS) {
            problems.add(file, "and %,d more lines that are not valid JSON", bad - MOST_PROBLEMS);
        }
        problems.throwIfAny();
    }

    private void line(RowPlace at, String line) {
        JsonReader in = strict(new StringReader(line));
        JsonElement row;
        try {
            row = JsonParser.parseReader(in);
            atEnd(in);
        } catch (IOException | JsonParseException | IllegalStateException damaged) {
            throw malformed(damaged, in.toString(), at.line());
        }
        rows.accept(at, row);
    }

    private static void atEnd(JsonReader in) throws IOException {
        if (in.peek() != JsonToken.END_DOCUMENT) {
            throw new MalformedJsonException("there is more behind the end");
        }
    }

    private static JsonReader strict(Reader text) {
        JsonReader in = new JsonReader(text);
        in.setStrictness(Strictness.STRICT);
        return in;
    }

    private InvalidInput malformed(Exception damage, String state, int firstLine) {
        Throwable cause = damage.getCause() instanceof IOException inner ? inner : damage;
        if (cause instanceof CharacterCodingException) {
            return new InvalidInput(file, OTHER_CHARSET);
        }
        String message = String.valueOf(cause.getMessage());
        String where = PLACE.matcher(message).find() ? message : state;
        String at = "line " + (firstLine - 1 + place(where, 1)) + ", column " + place(where, 2);
        if (cause instanceof EOFException) {
            return new InvalidInput(
                    file,
                    at + ": the JSON ends early; was the file cut off, or is it one object"
                            + " spread over several lines instead of an array or one object per line?");
        }
        boolean syntax = cause instanceof MalformedJsonException;
        String what = message.split(" at line ", 2)[0].replace(
                "Use JsonReader.setStrictness(Strictness.LENIENT) to" + " accept malformed JSON",
                "a missing comma, quote or bracket, probably");
        return new InvalidInput(
                file, at + ": not valid JSON" + (syntax || what.length() < 200 ? " (" + what + ")" : ""));
    }

    /** The line (1) or the column (2) in one of Gson's texts, 1 if there is none. */
    private static int place(String text, int group) {
        Matcher matcher = PLACE.matcher(text);
        return matcher.find() ? Integer.parseInt(matcher.group(group)) : 1;
    }
}
