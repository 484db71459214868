package org.moslora.datasets.tiny;

import java.awt.Polygon;
import java.awt.Shape;
import java.awt.geom.Area;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Rectangle2D;
import java.util.Locale;

/** A shape that a question can ask for. */
enum Figure {
    CIRCLE,
    SQUARE,
    TRIANGLE,
    CROSS;

    /** Its outline within a square box. */
    Shape outline(double left, double top, double side) {
        return switch (this) {
            case CIRCLE -> new Ellipse2D.Double(left, top, side, side);
            case SQUARE -> new Rectangle2D.Double(left, top, side, side);
            case TRIANGLE ->
                new Polygon(
                        new int[] {(int) left, (int) (left + side / 2), (int) (left + side)},
                        new int[] {(int) (top + side), (int) top, (int) (top + side)},
                        3);
            case CROSS -> {
                Area bars = new Area(new Rectangle2D.Double(left, top + side / 3, side, side / 3));
                bars.add(new Area(new Rectangle2D.Double(left + side / 3, top, side / 3, side)));
                yield bars;
            }
        };
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
