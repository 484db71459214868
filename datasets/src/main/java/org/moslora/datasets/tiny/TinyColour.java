package org.moslora.datasets.tiny;

import java.awt.Color;
import java.util.Locale;

/** A colour that a question can ask for; all are darker than the grounds, so that a shape is dark on light. */
enum TinyColour {
    RED(0xc01818),
    GREEN(0x108030),
    BLUE(0x1838c0),
    PURPLE(0x801890),
    BLACK(0x101010);

    private final Color color;

    TinyColour(int rgb) {
        this.color = new Color(rgb);
    }

    Color color() {
        return color;
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
