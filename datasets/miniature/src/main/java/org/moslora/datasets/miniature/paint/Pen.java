package org.moslora.datasets.miniature.paint;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Paint;
import java.awt.Shape;
import java.awt.Stroke;
import java.awt.geom.AffineTransform;
import org.moslora.datasets.miniature.world.Hue;
import org.moslora.datasets.miniature.world.Pattern;

/** Draws one thing in its own coordinates: from -1 to 1, feet at 1, every part with a dark outline. */
final class Pen {
    private final Graphics2D graphics;
    private final double outline;
    private final BasicStroke edge;
    private final Hue hue;
    private final Paint coat;

    /**
     * @param graphics in the thing's coordinates
     * @param outline width of the outline in them
     */
    Pen(Graphics2D graphics, double outline, Hue hue, Pattern pattern) {
        this.graphics = graphics;
        this.outline = outline;
        this.edge = stroke(outline);
        this.hue = hue;
        this.coat = Coats.of(hue, pattern);
    }

    Hue hue() {
        return hue;
    }

    /** The thing's own colour. */
    Color own() {
        return Ink.of(hue);
    }

    /** A part of the thing's colour and pattern. */
    void coat(Shape shape) {
        graphics.setPaint(coat);
        graphics.fill(shape);
        draw(shape, Ink.OUTLINE, edge);
    }

    /** A part of another colour, with an outline. */
    void part(Shape shape, Color fill) {
        flat(shape, fill);
        draw(shape, Ink.OUTLINE, edge);
    }

    /** A part without an outline. */
    void flat(Shape shape, Color fill) {
        graphics.setColor(fill);
        graphics.fill(shape);
    }

    /** A line. */
    void line(Shape shape, Color color, double width) {
        draw(shape, color, stroke(width));
    }

    /** A limb: a thick line with an outline. */
    void limb(Shape shape, Color color, double width) {
        line(shape, Ink.OUTLINE, width + outline);
        line(shape, color, Math.max(width - outline, width / 2));
    }

    /** A line in the outline's colour and width. */
    void crease(Shape shape) {
        draw(shape, Ink.OUTLINE, edge);
    }

    /** Draws as seen when turned about a point, clockwise, in degrees. */
    void turned(double degrees, double x, double y, Runnable drawing) {
        AffineTransform before = graphics.getTransform();
        graphics.rotate(Math.toRadians(degrees), x, y);
        drawing.run();
        graphics.setTransform(before);
    }

    private void draw(Shape shape, Color color, Stroke stroke) {
        graphics.setColor(color);
        graphics.setStroke(stroke);
        graphics.draw(shape);
    }

    private static BasicStroke stroke(double width) {
        return new BasicStroke((float) width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
    }
}
