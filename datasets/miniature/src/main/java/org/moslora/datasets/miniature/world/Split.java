package org.moslora.datasets.miniature.world;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Which part of the data a combination of colour, kind and background belongs to. The rule is fixed: what one data set
 * trains on is in the test of no other, whatever their seeds. Of the eight colours, every kind has five for training,
 * one for validation and two for testing in each background, and others in the next.
 */
public enum Split {
    TRAIN,
    VALIDATION,
    TEST;

    private static final int SLOTS = Hue.values().length;
    private static final int FIRST_TEST = 6;
    private static final int FIRST_VALIDATION = 5;

    /** The part that a combination belongs to. */
    @SuppressWarnings("EnumOrdinal") // the order of the constants is part of the rule
    public static Split of(Hue hue, ThingKind kind, Background background) {
        int slot = (hue.ordinal() + 3 * kind.ordinal() + 5 * background.ordinal()) % SLOTS;
        return slot >= FIRST_TEST ? TEST : slot >= FIRST_VALIDATION ? VALIDATION : TRAIN;
    }

    /** The colours that a kind has in a background of this part. */
    public List<Hue> hues(ThingKind kind, Background background) {
        return Arrays.stream(Hue.values())
                .filter(hue -> of(hue, kind, background) == this)
                .toList();
    }

    /** How files are named after it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
