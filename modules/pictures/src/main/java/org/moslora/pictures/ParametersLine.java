package org.moslora.pictures;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The last line of a parameters text, read as the web UI's expression {@code \s*(\w[\w \-/]+):\s*("(?:\\.|[^\\"])+"|
 * [^,]*)(?:,|$)} finds fields in it. By hand, because Java's expressions overflow the stack on long values.
 */
final class ParametersLine {
    /** A line with fewer fields is a part of the prompt. */
    static final int LEAST_FIELDS = 3;

    private final String line;
    private final List<String> names = new ArrayList<>();
    private final List<String> values = new ArrayList<>();
    private int at;

    private ParametersLine(String line) {
        this.line = line;
    }

    /** The fields, values unquoted; none if the line is no parameters line. */
    static Map<String, String> fields(String line) {
        ParametersLine reading = new ParametersLine(line);
        reading.read();
        Map<String, String> fields = new LinkedHashMap<>();
        if (reading.names.size() >= LEAST_FIELDS) {
            for (int i = 0; i < reading.names.size(); i++) {
                fields.put(reading.names.get(i), Quoted.unquote(reading.values.get(i)));
            }
        }
        return fields;
    }

    private void read() {
        while (at < line.length()) {
            int start = afterSpace(at);
            int end = start;
            while (end < line.length() && isOfName(line.charAt(end))) {
                end++;
            }
            while (start < end && !isOfWord(line.charAt(start))) {
                start++;
            }
            if (end - start >= 2 && end < line.length() && line.charAt(end) == ':') {
                names.add(line.substring(start, end));
                readValue(afterSpace(end + 1));
            } else {
                at = Math.max(end, start) + 1;
            }
        }
    }

    private void readValue(int from) {
        int end = quotedEnd(from);
        if (end < 0) {
            int comma = line.indexOf(',', from);
            end = comma < 0 ? line.length() : comma;
        }
        values.add(line.substring(from, end));
        at = end + 1;
    }

    /** Where a quoted value that a comma or the line's end follows ends, or −1. */
    private int quotedEnd(int from) {
        if (from >= line.length() || line.charAt(from) != '"') {
            return -1;
        }
        int i = from + 1;
        while (i < line.length() && line.charAt(i) != '"') {
            i += line.charAt(i) == '\\' ? 2 : 1;
        }
        boolean closed = i < line.length() && i > from + 1;
        return closed && (i + 1 == line.length() || line.charAt(i + 1) == ',') ? i + 1 : -1;
    }

    private int afterSpace(int from) {
        int i = from;
        while (i < line.length() && (Character.isWhitespace(line.charAt(i)) || Character.isSpaceChar(line.charAt(i)))) {
            i++;
        }
        return i;
    }

    private static boolean isOfWord(char letter) {
        return Character.isLetterOrDigit(letter) || letter == '_';
    }

    private static boolean isOfName(char letter) {
        return isOfWord(letter) || letter == ' ' || letter == '-' || letter == '/';
    }
}
