package org.moslora.datasets.miniature.world;

import java.util.Locale;

/** A place in a picture: three rows of three, in reading order. */
@SuppressWarnings("EnumOrdinal") // the constants stand in reading order
public enum Cell {
    TOP_LEFT,
    TOP,
    TOP_RIGHT,
    LEFT,
    MIDDLE,
    RIGHT,
    BOTTOM_LEFT,
    BOTTOM,
    BOTTOM_RIGHT;

    /** Cells in a row, and rows. */
    public static final int SIDE = 3;

    /** Counted from the left. */
    public int column() {
        return ordinal() % SIDE;
    }

    /** Counted from the top. */
    public int row() {
        return ordinal() / SIDE;
    }

    /** Whether a patch lies in it, counted from the left and from the top, of a picture of so many on a side. */
    public boolean holds(int x, int y, int patches) {
        int each = patches / SIDE;
        return column() == x / each && row() == y / each;
    }

    /** How texts name it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** Where something there is: "at the top left", "in the middle". */
    public String phrase() {
        return (this == MIDDLE ? "in the " : this == LEFT || this == RIGHT ? "on the " : "at the ") + word();
    }
}
