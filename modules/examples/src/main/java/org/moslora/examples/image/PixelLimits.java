package org.moslora.examples.image;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.moslora.problems.InvalidInput;

/**
 * Between how many pixels a picture may have, where it keeps its own resolution.
 *
 * @param least 0: not said
 * @param most 0: not said
 */
public record PixelLimits(int least, int most) {
    /** Nothing is said. */
    public static final PixelLimits NONE = new PixelLimits(0, 0);

    private static final Pattern SPELT = Pattern.compile("(\\d{1,9})-(\\d{1,9})");

    /**
     * Reads {@link #spelling}.
     *
     * @param where for the message
     */
    public static PixelLimits named(String where, String text) {
        Matcher spelt = SPELT.matcher(text);
        if (!spelt.matches()) {
            throw new InvalidInput(where, "'" + text + "' is no pair of numbers of pixels such as 3136-1003520");
        }
        return new PixelLimits(Integer.parseInt(spelt.group(1)), Integer.parseInt(spelt.group(2)));
    }

    /** How adapters write it. */
    public String spelling() {
        return least + "-" + most;
    }

    /** The same, what it leaves open being this. */
    public PixelLimits or(PixelLimits other) {
        return new PixelLimits(least == 0 ? other.least : least, most == 0 ? other.most : most);
    }
}
