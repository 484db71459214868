package org.moslora.pictures;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.moslora.problems.InvalidInput;

/**
 * An adapter and how much of it.
 *
 * @param path its file or folder as the user wrote it
 * @param scale 1 for all of it
 */
public record AdapterUse(String path, double scale) {
    /**
     * Reads {@code PATH} or {@code PATH:SCALE}.
     *
     * @param where the option, for the message
     * @throws InvalidInput if there is no path, or the scale is no finite number
     */
    public static AdapterUse parse(String where, String text) {
        AdapterUse use = named(where, text);
        int colon = text.lastIndexOf(':');
        boolean scaled = use.path().length() < text.length();
        if (!scaled && colon > 0 && !exists(text) && exists(text.substring(0, colon))) {
            throw new InvalidInput(
                    where,
                    "\"" + text.substring(colon + 1) + "\" is no scale: after the colon stands a number, as in "
                            + text.substring(0, colon) + ":0.8");
        }
        return use;
    }

    /**
     * The same without a look at any file, for texts of whoever is not to know which files there are.
     *
     * @param where the option, for the message
     * @throws InvalidInput if there is no path, or the scale is no finite number
     */
    public static AdapterUse named(String where, String text) {
        int colon = text.lastIndexOf(':');
        String tail = text.substring(colon + 1);
        // A drive letter or a path may hold a colon; what follows then is no number.
        boolean scaled = colon > 0 && tail.matches("[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]+)?");
        String path = scaled ? text.substring(0, colon) : text;
        double scale = scaled ? Double.parseDouble(tail) : 1;
        if (path.isBlank() || !isPath(path) || !Double.isFinite(scale)) {
            throw new InvalidInput(where, "must be PATH or PATH:SCALE, got '" + text + "'");
        }
        return new AdapterUse(path, scale);
    }

    private static boolean exists(String path) {
        return isPath(path) && Files.exists(Path.of(path));
    }

    /** Whether the system can have such a name: none holds NUL, or a letter that the system's alphabet lacks. */
    private static boolean isPath(String text) {
        try {
            return !Path.of(text).toString().isEmpty();
        } catch (InvalidPathException no) {
            return false;
        }
    }

    /** The shortest text that {@link #parse} reads back. */
    @Override
    public String toString() {
        return scale == 1
                        && named("", path).scale() == 1
                        && named("", path).path().equals(path)
                ? path
                : path + ":" + NumberText.shortest(scale);
    }
}
