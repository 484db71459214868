package org.moslora.datasets.miniature.world;

import java.util.Locale;

/** Where a scene is. */
public enum Background {
    MEADOW("in the"),
    SNOW("in the"),
    BEACH("on the"),
    NIGHT("at"),
    FOREST("in the"),
    CITY("in the"),
    SEA("on the"),
    DESERT("in the");

    private final String preposition;

    Background(String preposition) {
        this.preposition = preposition;
    }

    /** How texts name it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Where something there is: "on the beach". */
    public String phrase() {
        return preposition + " " + word();
    }
}
