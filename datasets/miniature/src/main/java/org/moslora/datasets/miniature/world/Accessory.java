package org.moslora.datasets.miniature.world;

import java.util.Locale;

/** What a thing may wear. */
public enum Accessory {
    HAT("a hat", true),
    SCARF("a scarf", true),
    GLASSES("glasses", false);

    private final String phrase;
    private final boolean coloured;

    Accessory(String phrase, boolean coloured) {
        this.phrase = phrase;
        this.coloured = coloured;
    }

    /** How answers name it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** How sentences name one: "a hat", "glasses". */
    public String phrase() {
        return phrase;
    }

    /** Whether it comes in colours; glasses are always black. */
    public boolean isColoured() {
        return coloured;
    }
}
