package org.moslora.examples.subject;

import java.util.List;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.NearestName;

/** Which part of a picture is kept where it is longer than asked. */
public enum Crop {
    /** The middle. */
    CENTER,
    /** Another part at every step. */
    RANDOM;

    private static final List<String> SPELLINGS = List.of("center", "random");

    /**
     * The crop of a name: center or random.
     *
     * @param where the recipe key, for the message
     * @throws InvalidInput naming the known ones
     */
    public static Crop named(String where, String name) {
        int index = SPELLINGS.indexOf(name);
        if (index < 0) {
            throw new InvalidInput(where, "no crop '" + name + "'" + NearestName.hint(name, SPELLINGS));
        }
        return values()[index];
    }
}
