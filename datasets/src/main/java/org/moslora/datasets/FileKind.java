package org.moslora.datasets;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.moslora.problems.InputFile;
import org.moslora.problems.InvalidInput;

/** What a file is that was given for conversations and is not JSON, told by its first bytes. */
final class FileKind {
    private static final int LOOKED_AT = 4096;
    private static final String AS_LINES = "; save it as JSON lines, one object per line, and give that";

    private static final List<Magic> MAGICS = List.of(
            new Magic("PAR1", "is a Parquet file" + AS_LINES),
            new Magic("ARROW1", "is an Arrow file" + AS_LINES),
            new Magic("\u00ff\u00ff\u00ff\u00ff", "is an Arrow stream" + AS_LINES),
            new Magic("PK\u0003\u0004", "is a ZIP archive, or a spreadsheet; unpack it, or save it as JSON lines"),
            new Magic("\u001f\u008b", "is compressed with gzip; unpack it first"),
            new Magic("BZh", "is compressed with bzip2; unpack it first"),
            new Magic("\u00fd7zXZ", "is compressed with xz; unpack it first"),
            new Magic("(\u00b5/\u00fd", "is compressed with Zstandard; unpack it first"),
            new Magic("SQLite format 3", "is an SQLite database" + AS_LINES),
            new Magic("\u0080\u0004\u0095", "is a Python pickle" + AS_LINES),
            new Magic("\u00ff\u00fe", "is UTF-16; save it as UTF-8"),
            new Magic("\u00fe\u00ff", "is UTF-16; save it as UTF-8"));
    /** JSON begins with a character of ASCII, which has a zero byte beside it in UTF-16. */
    private static final Pattern WIDE = Pattern.compile("(?s)(?:\\x00[\\[{\\s]|[\\[{\\s]\\x00).*");

    private static final Pattern HEADINGS = Pattern.compile("\\s*\"?[\\w ]+\"?(?:[,;\\t]\\s*\"?[\\w ]+\"?)+\\s*");

    private FileKind() {}

    private record Magic(String bytes, String what) {}

    /** @throws InvalidInput saying what the file is, if it is known not to be JSON */
    static void mustBeJson(Path file) throws IOException {
        // A pipe can be read only once.
        String what = Files.isRegularFile(file) ? what(file) : null;
        if (what != null) {
            throw new InvalidInput(file.toString(), what);
        }
    }

    private static @Nullable String what(Path file) throws IOException {
        String start;
        try (InputStream in = InputFile.stream(file)) {
            start = new String(in.readNBytes(LOOKED_AT), StandardCharsets.ISO_8859_1);
        }
        for (Magic magic : MAGICS) {
            if (start.startsWith(magic.bytes)) {
                return magic.what;
            }
        }
        if (WIDE.matcher(start).matches()) {
            return "is UTF-16; save it as UTF-8";
        }
        String first = start.replaceFirst("^\u00ef\u00bb\u00bf", "").stripLeading();
        boolean json = first.isEmpty() || first.startsWith("[") || first.startsWith("{");
        String name = file.toString().toLowerCase(Locale.ROOT);
        if (!json
                && (name.matches(".*\\.[ct]sv") || HEADINGS.matcher(line(first)).matches())) {
            return "is a table, CSV by the looks of it" + AS_LINES;
        }
        return null;
    }

    private static String line(String text) {
        return text.lines().findFirst().orElse("");
    }
}
