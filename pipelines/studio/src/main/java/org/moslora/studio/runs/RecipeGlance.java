package org.moslora.studio.runs;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.moslora.problems.InputFile;

/**
 * What a list of runs shows of their recipes: {@code key: value} lines of a resolved recipe, as a run folder holds it, by
 * dotted path. Five hundred are read in a moment so, and none anew as long as it stays as it is.
 */
record RecipeGlance(Map<String, String> values) {
    private static final Pattern LINE = Pattern.compile("( *)([A-Za-z_]+):(?: +(.*?))? *");
    private static final long MOST_BYTES = 1 << 20;
    private static final Map<Path, Known> KNOWN = new ConcurrentHashMap<>();

    private record Known(FileTime changed, RecipeGlance glance) {}

    static RecipeGlance of(Path recipe) {
        try {
            FileTime changed = Files.getLastModifiedTime(recipe);
            Known known = KNOWN.get(recipe);
            if (known == null || !known.changed().equals(changed)) {
                known = new Known(changed, new RecipeGlance(read(recipe)));
                KNOWN.put(recipe, known);
            }
            return known.glance();
        } catch (IOException absent) {
            return new RecipeGlance(Map.of());
        }
    }

    private static Map<String, String> read(Path recipe) throws IOException {
        Map<String, String> values = new HashMap<>();
        if (Files.size(recipe) > MOST_BYTES) {
            return values;
        }
        String outer = "";
        try {
            for (String line : InputFile.lines(recipe)) {
                Matcher pair = LINE.matcher(line);
                if (pair.matches()) {
                    String value = pair.group(3) == null ? "" : pair.group(3);
                    boolean top = pair.group(1).isEmpty();
                    outer = top ? pair.group(2) : outer;
                    values.putIfAbsent(top ? outer : outer + "." + pair.group(2), unquoted(value));
                }
            }
        } catch (CharacterCodingException noText) {
            return Map.of();
        }
        return values;
    }

    private static String unquoted(String value) {
        boolean quoted = value.length() > 1 && (value.startsWith("'") || value.startsWith("\""));
        return quoted && value.endsWith(value.substring(0, 1)) ? value.substring(1, value.length() - 1) : value;
    }

    String get(String path) {
        return values.getOrDefault(path, "");
    }

    /** A whole number; 0 where there is none. */
    int number(String path) {
        return get(path).matches("\\d{1,9}") ? Integer.parseInt(get(path)) : 0;
    }
}
