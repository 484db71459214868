package org.moslora.datasets.miniature.world;

import java.util.Locale;

/** A colour that things, hats and scarves come in. */
public enum Hue {
    RED(0xe3242b),
    ORANGE(0xff8c1a),
    YELLOW(0xffdc28),
    GREEN(0x2aa847),
    BLUE(0x2f6fe4),
    PURPLE(0x8a3fc4),
    PINK(0xff8fc0),
    WHITE(0xfafafa);

    private final int rgb;

    Hue(int rgb) {
        this.rgb = rgb;
    }

    /** Red, green and blue, a byte each. */
    public int rgb() {
        return rgb;
    }

    /** How texts name it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
