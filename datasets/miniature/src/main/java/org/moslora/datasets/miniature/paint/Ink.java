package org.moslora.datasets.miniature.paint;

import java.awt.Color;
import org.moslora.datasets.miniature.world.Hue;

/** The colours that are not a thing's own, and how to vary those that are. */
final class Ink {
    static final Color OUTLINE = new Color(0x1e1a2b);
    static final Color PUPIL = new Color(0x15131f);
    static final Color WHITE = new Color(0xffffff);
    static final Color WOOD = new Color(0x8a5a33);
    static final Color BEAK = new Color(0xffa01e);
    static final Color METAL = new Color(0xaab2bf);
    static final Color GLASS = new Color(0xbfe6fb);
    static final Color BLUSH = new Color(0xff8fa8);
    static final Color TONGUE = new Color(0xff5d78);
    static final Color LEAF = new Color(0x2f9e44);

    private Ink() {}

    static Color of(Hue hue) {
        return new Color(hue.rgb());
    }

    /** Towards black by a share. */
    static Color darker(Color color, double share) {
        return mix(color, Color.BLACK, share);
    }

    /** Towards white by a share. */
    static Color lighter(Color color, double share) {
        return mix(color, Color.WHITE, share);
    }

    /** What can be told from a colour at once: a darker tone of it, or a grey where it is white. */
    static Color contrast(Hue hue) {
        return switch (hue) {
            case WHITE -> new Color(0x8b93a5);
            case YELLOW -> new Color(0xc77a00);
            case PINK -> new Color(0xc72f78);
            case ORANGE -> new Color(0xa8480a);
            case RED -> new Color(0x8a0f1c);
            case GREEN -> new Color(0x0f5226);
            case BLUE -> new Color(0x163a8c);
            case PURPLE -> new Color(0x4a1a78);
        };
    }

    /** A belly's or a muzzle's: nearly white, and grey on white. */
    static Color pale(Hue hue) {
        return hue == Hue.WHITE ? new Color(0xd9dee8) : lighter(of(hue), 0.68);
    }

    private static Color mix(Color from, Color to, double share) {
        return new Color(
                part(from.getRed(), to.getRed(), share),
                part(from.getGreen(), to.getGreen(), share),
                part(from.getBlue(), to.getBlue(), share));
    }

    private static int part(int from, int to, double share) {
        return (int) Math.round(from + (to - from) * share);
    }
}
