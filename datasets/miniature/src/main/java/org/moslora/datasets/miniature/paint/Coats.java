package org.moslora.datasets.miniature.paint;

import java.awt.Color;
import java.awt.Paint;
import java.awt.TexturePaint;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import org.moslora.datasets.miniature.world.Hue;
import org.moslora.datasets.miniature.world.Pattern;

/** What fills a thing's coat: its colour, or a tile of stripes or spots that runs on over all its parts. */
@SuppressWarnings("EnumOrdinal") // an array over two enums
final class Coats {
    /** Side of a tile in its own pixels, and in a thing's coordinates. */
    private static final int PIXELS = 48;

    private static final double STRIPES = 0.4;
    private static final double SPOTS = 0.46;
    private static final double STRIPE_SHARE = 0.42;
    private static final double SPOT_RADIUS = 0.26;

    private static final Paint[][] ALL = new Paint[Hue.values().length][Pattern.values().length];

    static {
        for (Hue hue : Hue.values()) {
            ALL[hue.ordinal()] = new Paint[] {Ink.of(hue), tile(hue, Pattern.STRIPES), tile(hue, Pattern.SPOTS)};
        }
    }

    private Coats() {}

    static Paint of(Hue hue, Pattern pattern) {
        return ALL[hue.ordinal()][pattern.ordinal()];
    }

    private static Paint tile(Hue hue, Pattern pattern) {
        boolean stripes = pattern == Pattern.STRIPES;
        Color ground = Ink.of(hue);
        Color mark = Ink.contrast(hue);
        BufferedImage tile = new BufferedImage(PIXELS, PIXELS, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < PIXELS; y++) {
            for (int x = 0; x < PIXELS; x++) {
                boolean marked = stripes ? onStripe(x, y) : onSpot(x, y);
                tile.setRGB(x, y, (marked ? mark : ground).getRGB());
            }
        }
        double side = stripes ? STRIPES : SPOTS;
        return new TexturePaint(tile, new Rectangle2D.Double(0, 0, side, side));
    }

    /** Slanted, so that they run along no edge of a part. */
    private static boolean onStripe(int x, int y) {
        return (x + y) % PIXELS < STRIPE_SHARE * PIXELS;
    }

    /** One spot in the middle and a quarter of one in every corner. */
    private static boolean onSpot(int x, int y) {
        double centre = PIXELS / 2.0;
        double fromCentre = Math.hypot(x + 0.5 - centre, y + 0.5 - centre);
        double fromCorner = Math.hypot(centre - Math.abs(x + 0.5 - centre), centre - Math.abs(y + 0.5 - centre));
        return Math.min(fromCentre, fromCorner) < SPOT_RADIUS * PIXELS;
    }
}
