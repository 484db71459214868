package org.moslora.datasets.miniature.paint;

import static org.moslora.datasets.miniature.paint.Forms.blob;
import static org.moslora.datasets.miniature.paint.Forms.bow;
import static org.moslora.datasets.miniature.paint.Forms.box;
import static org.moslora.datasets.miniature.paint.Forms.circle;
import static org.moslora.datasets.miniature.paint.Forms.corners;
import static org.moslora.datasets.miniature.paint.Forms.oval;
import static org.moslora.datasets.miniature.paint.Forms.rounded;

import java.awt.Color;
import java.awt.Shape;
import java.awt.geom.Arc2D;
import java.awt.geom.Area;
import java.awt.geom.Path2D;
import java.awt.geom.Point2D;
import org.moslora.datasets.miniature.world.Hue;

/** The robot and what neither lives nor moves by itself. */
final class Objects {
    private static final Color ROOF = new Color(0x9a4a2f);
    private static final Color TYRE = new Color(0x2b2b36);
    private static final Color LIGHT = new Color(0xfff07a);
    private static final Color DRINK = new Color(0x6b3a1e);
    private static final Color SAIL = new Color(0xf4f1e4);
    private static final Color GREY = new Color(0xdfe3ea);

    /** The ball: its radius, how far down its middle is, and the point where its segments meet. */
    private static final double RADIUS = 0.86;

    private static final double MIDDLE = 0.14;
    private static final Point2D POLE = new Point2D.Double(-0.16, -0.02);
    private static final Shape CROWN = crown();

    private Objects() {}

    static void robot(Pen pen) {
        pen.limb(Forms.line(0, -0.9, 0, -0.7), Ink.METAL, 0.13);
        pen.part(circle(0, -0.92, 0.1), LIGHT);
        for (int side = -1; side <= 1; side += 2) {
            pen.part(rounded(side * 0.28 - 0.13, 0.62, side * 0.28 + 0.13, 0.9, 0.02), Ink.METAL);
            pen.part(rounded(side * 0.3 - 0.2, 0.82, side * 0.3 + 0.2, 1, 0.06), Ink.darker(Ink.METAL, 0.3));
            pen.limb(bow(side * 0.5, 0.2, side * 0.8, 0.24, side * 0.8, 0.52), Ink.METAL, 0.19);
            pen.part(circle(side * 0.8, 0.56, 0.13), Ink.darker(Ink.METAL, 0.3));
            pen.part(rounded(side * 0.62 - 0.09, -0.5, side * 0.62 + 0.09, -0.22, 0.04), Ink.METAL);
        }
        pen.coat(rounded(-0.5, 0.08, 0.5, 0.72, 0.1));
        pen.part(rounded(-0.28, 0.24, 0.28, 0.56, 0.04), GREY);
        pen.flat(circle(-0.12, 0.4, 0.085), Ink.of(Hue.RED));
        pen.flat(circle(0.12, 0.4, 0.085), Ink.of(Hue.GREEN));
        pen.coat(rounded(-0.58, -0.72, 0.58, 0.02, 0.14));
        pen.part(rounded(-0.42, -0.56, 0.42, -0.24, 0.1), Ink.PUPIL);
        pen.flat(circle(-0.2, -0.4, 0.11), LIGHT);
        pen.flat(circle(0.2, -0.4, 0.11), LIGHT);
        pen.part(box(-0.24, -0.16, 0.24, -0.06), Ink.WHITE);
    }

    static void house(Pen pen) {
        pen.part(box(0.34, -0.86, 0.6, -0.3), Ink.darker(ROOF, 0.25));
        pen.coat(box(-0.74, -0.14, 0.74, 1));
        pen.part(corners(-0.98, -0.06, 0, -0.94, 0.98, -0.06), ROOF);
        pen.part(rounded(-0.16, 0.42, 0.2, 1, 0.06), Ink.darker(Ink.WOOD, 0.35));
        pen.flat(circle(0.11, 0.72, 0.045), LIGHT);
        window(pen, -0.44, 0.3);
        window(pen, 0.5, 0.3);
    }

    private static void window(Pen pen, double x, double y) {
        pen.part(box(x - 0.16, y - 0.16, x + 0.16, y + 0.16), Ink.GLASS);
        pen.line(Forms.line(x, y - 0.15, x, y + 0.15), Ink.OUTLINE, 0.05);
        pen.line(Forms.line(x - 0.15, y, x + 0.15, y), Ink.OUTLINE, 0.05);
    }

    static void tree(Pen pen) {
        pen.part(corners(-0.17, 0.1, 0.17, 0.1, 0.24, 1, -0.24, 1), Ink.WOOD);
        pen.line(Forms.line(-0.02, 0.56, -0.04, 0.86), Ink.darker(Ink.WOOD, 0.35), 0.06);
        pen.coat(CROWN);
        Color leaf = Ink.contrast(pen.hue());
        for (double[] at : new double[][] {{-0.24, -0.6}, {0.28, -0.44}, {0.5, 0.06}, {-0.52, 0.08}, {0.0, -0.06}}) {
            pen.line(bow(at[0] - 0.13, at[1], at[0], at[1] + 0.14, at[0] + 0.13, at[1]), leaf, 0.07);
        }
    }

    private static Shape crown() {
        Area crown = new Area(circle(0, -0.5, 0.56));
        crown.add(new Area(circle(-0.52, 0.0, 0.46)));
        crown.add(new Area(circle(0.52, 0.0, 0.46)));
        crown.add(new Area(oval(0, 0.06, 0.5, 0.36)));
        return crown;
    }

    static void flower(Pen pen) {
        pen.limb(bow(0.0, 0.2, 0.05, 0.6, 0.0, 0.98), Ink.LEAF, 0.15);
        pen.part(blob(0.04, 0.86, 0.1, 0.5, 0.66, 0.36, 0.6, 0.8), Ink.LEAF);
        pen.part(blob(-0.04, 0.96, -0.6, 0.92, -0.62, 0.5, -0.1, 0.64), Ink.LEAF);
        for (int petal = 0; petal < 6; petal++) {
            pen.turned(60 * petal, 0, -0.34, () -> pen.coat(oval(0, -0.72, 0.23, 0.32)));
        }
        pen.part(circle(0, -0.34, 0.23), pen.hue() == Hue.YELLOW ? Ink.WOOD : Ink.of(Hue.YELLOW));
    }

    static void car(Pen pen) {
        pen.coat(blob(-0.62, 0.3, -0.5, -0.5, -0.3, -0.46, 0.34, -0.46, 0.5, -0.4, 0.78, 0.3));
        pen.part(corners(-0.44, 0.12, -0.32, -0.26, -0.04, -0.26, -0.04, 0.12), Ink.GLASS);
        pen.part(corners(0.1, 0.12, 0.1, -0.26, 0.34, -0.26, 0.54, 0.12), Ink.GLASS);
        pen.coat(rounded(-1, 0.12, 1, 0.7, 0.16));
        pen.part(oval(0.88, 0.32, 0.09, 0.1), LIGHT);
        pen.part(box(-1, 0.26, -0.88, 0.42), Ink.contrast(Hue.RED));
        pen.line(Forms.line(0.03, 0.2, 0.03, 0.62), Ink.OUTLINE, 0.05);
        pen.line(Forms.line(-0.2, 0.3, -0.06, 0.3), Ink.OUTLINE, 0.06);
        for (double x : new double[] {-0.52, 0.54}) {
            pen.part(circle(x, 0.72, 0.28), TYRE);
            pen.flat(circle(x, 0.72, 0.13), GREY);
        }
    }

    static void boat(Pen pen) {
        pen.limb(Forms.line(-0.02, -0.9, -0.02, 0.5), Ink.WOOD, 0.13);
        pen.part(blob(0.08, -0.96, 0.1, 0.36, 0.1, 0.36, 0.98, 0.36, 0.98, 0.36, 0.6, -0.3), SAIL);
        pen.part(corners(-0.16, -0.62, -0.16, 0.36, -0.74, 0.36), SAIL);
        pen.part(corners(-0.02, -1.0, -0.02, -0.74, -0.38, -0.86), Ink.of(Hue.RED));
        pen.coat(blob(-1.04, 0.48, -1.04, 0.46, 1.04, 0.46, 1.04, 0.48, 0.7, 1.04, -0.66, 1.04));
        pen.line(Forms.line(-0.82, 0.62, 0.84, 0.62), pen.hue() == Hue.WHITE ? Ink.of(Hue.RED) : Ink.WHITE, 0.07);
    }

    static void cup(Pen pen) {
        for (double x : new double[] {-0.3, 0.1}) {
            pen.line(bow(x, -0.62, x - 0.16, -0.76, x + 0.16, -0.84, x, -1.0), Ink.OUTLINE, 0.19);
            pen.line(bow(x, -0.62, x - 0.16, -0.76, x + 0.16, -0.84, x, -1.0), Ink.WHITE, 0.09);
        }
        Shape handle = bow(0.44, -0.1, 0.98, -0.2, 0.98, 0.62, 0.4, 0.56);
        pen.limb(handle, pen.own(), 0.24);
        pen.coat(
                blob(-0.72, -0.36, -0.72, -0.4, 0.52, -0.4, 0.52, -0.36, 0.46, 1.0, 0.28, 1.0, -0.48, 1.0, -0.66, 1.0));
        pen.coat(oval(-0.1, -0.38, 0.62, 0.2));
        pen.part(oval(-0.1, -0.36, 0.46, 0.12), DRINK);
    }

    /** A beach ball: segments of its colour and of white by turns, from one point to the rim. */
    static void ball(Pen pen) {
        Color other = pen.hue() == Hue.WHITE ? new Color(0xbcc4d2) : Ink.WHITE;
        Shape rim = circle(0, MIDDLE, RADIUS);
        pen.flat(rim, pen.own());
        for (int segment = 0; segment < 3; segment++) {
            pen.part(wedge(55 + 120 * segment), other);
        }
        pen.part(circle(POLE.getX(), POLE.getY(), 0.13), other);
        pen.crease(rim);
    }

    /** A sixth of the ball's rim from an angle in degrees on, bent towards the point where all segments meet. */
    private static Shape wedge(int from) {
        Arc2D rim = new Arc2D.Double(-RADIUS, MIDDLE - RADIUS, 2 * RADIUS, 2 * RADIUS, from, 60, Arc2D.OPEN);
        Path2D wedge = new Path2D.Double();
        wedge.moveTo(POLE.getX(), POLE.getY());
        bend(wedge, rim.getStartPoint(), rim.getStartPoint());
        wedge.append(rim, true);
        bend(wedge, rim.getEndPoint(), POLE);
        return wedge;
    }

    /** A curve between the pole and a point of the rim, to either of them. */
    private static void bend(Path2D path, Point2D rim, Point2D to) {
        double alongX = rim.getX() - POLE.getX();
        double alongY = rim.getY() - POLE.getY();
        path.quadTo(
                POLE.getX() + 0.5 * alongX - 0.22 * alongY,
                POLE.getY() + 0.5 * alongY + 0.22 * alongX,
                to.getX(),
                to.getY());
    }
}
