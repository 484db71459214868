package org.moslora.datasets.tiny;

import java.awt.Color;
import java.util.Locale;

/** A colour that a question can ask for. */
enum Hue {
    RED(0xd02020),
    GREEN(0x20a030),
    BLUE(0x2040d0),
    YELLOW(0xe0d020),
    BLACK(0x101010);

    private final Color color;

    Hue(int rgb) {
        this.color = new Color(rgb);
    }

    Color color() {
        return color;
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
