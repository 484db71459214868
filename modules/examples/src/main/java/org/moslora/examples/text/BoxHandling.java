package org.moslora.examples.text;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.NearestName;

/** What becomes of boxes and points in texts where a model counts pixels of a picture that was resized. */
public enum BoxHandling {
    /** They are in pixels of the file, and move with the picture. */
    MOVED,
    /** They are in pixels of the resized picture already, and stay. */
    AS_WRITTEN;

    /**
     * The handling of a name.
     *
     * @param where the recipe key, for the message
     * @throws InvalidInput naming the known ones
     */
    public static BoxHandling named(String where, String name) {
        List<String> known = Arrays.stream(values()).map(BoxHandling::spelling).toList();
        return Arrays.stream(values())
                .filter(handling -> handling.spelling().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new InvalidInput(where, "no handling of boxes '" + name + "'" + NearestName.hint(name, known)));
    }

    /** How recipes write it: moved, as-written. */
    public String spelling() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
