package org.moslora.datasets.miniature.world;

import java.util.Locale;

/** How big a thing is drawn. */
public enum ThingSize {
    BIG,
    SMALL;

    /** How texts name it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
