package org.moslora.datasets.miniature.paint;

import static org.moslora.datasets.miniature.paint.Forms.blob;
import static org.moslora.datasets.miniature.paint.Forms.bow;
import static org.moslora.datasets.miniature.paint.Forms.circle;
import static org.moslora.datasets.miniature.paint.Forms.corners;
import static org.moslora.datasets.miniature.paint.Forms.oval;
import static org.moslora.datasets.miniature.paint.Forms.rounded;

import org.moslora.datasets.miniature.world.Hue;

/** The animals: the cat looks at us, the dog to the right, bird and fish to the left. */
final class Animals {
    private Animals() {}

    static void cat(Pen pen) {
        pen.limb(bow(0.3, 0.85, 0.95, 0.95, 0.9, 0.4, 0.72, 0.12), pen.own(), 0.22);
        pen.coat(blob(-0.5, 1.05, -0.52, 0.35, -0.25, 0.1, 0.25, 0.1, 0.52, 0.35, 0.5, 1.05, 0, 1.02));
        pen.flat(oval(0, 0.66, 0.22, 0.26), Ink.pale(pen.hue()));
        pen.part(oval(-0.2, 0.93, 0.17, 0.1), Ink.pale(pen.hue()));
        pen.part(oval(0.2, 0.93, 0.17, 0.1), Ink.pale(pen.hue()));
        ear(pen, -1);
        ear(pen, 1);
        pen.coat(oval(0, -0.22, 0.66, 0.5));
        pen.flat(oval(0, 0.04, 0.26, 0.17), Ink.pale(pen.hue()));
        eye(pen, -0.27, -0.24, 0.155);
        eye(pen, 0.27, -0.24, 0.155);
        pen.flat(
                corners(-0.09, -0.04, 0.09, -0.04, 0, 0.07),
                pen.hue() == Hue.PINK ? Ink.contrast(Hue.PINK) : Ink.BLUSH);
        pen.line(bow(-0.13, 0.12, -0.03, 0.2, 0, 0.07), Ink.OUTLINE, 0.05);
        pen.line(bow(0.13, 0.12, 0.03, 0.2, 0, 0.07), Ink.OUTLINE, 0.05);
        for (int side = -1; side <= 1; side += 2) {
            pen.line(Forms.line(side * 0.38, 0.02, side * 0.92, -0.06), Ink.OUTLINE, 0.045);
            pen.line(Forms.line(side * 0.38, 0.1, side * 0.9, 0.16), Ink.OUTLINE, 0.045);
        }
    }

    private static void ear(Pen pen, int side) {
        pen.coat(corners(side * 0.66, -0.98, side * 0.64, -0.28, side * 0.12, -0.62));
        pen.flat(corners(side * 0.57, -0.8, side * 0.56, -0.5, side * 0.32, -0.62), Ink.BLUSH);
    }

    static void dog(Pen pen) {
        pen.limb(bow(-0.72, 0.25, -1.0, 0.1, -0.92, -0.25), pen.own(), 0.2);
        for (double x : new double[] {-0.5, 0.22}) {
            pen.part(rounded(x + 0.1, 0.5, x + 0.32, 0.98, 0.08), Ink.darker(pen.own(), 0.25));
        }
        pen.coat(rounded(-0.8, 0.05, 0.55, 0.68, 0.28));
        for (double x : new double[] {-0.74, 0.16}) {
            pen.coat(rounded(x, 0.45, x + 0.24, 1, 0.08));
        }
        pen.coat(blob(
                0.1, 0.3, 0.12, -0.55, 0.3, -0.75, 0.62, -0.72, 0.75, -0.36, 1.08, -0.3, 1.06, 0.1, 0.6, 0.08, 0.5,
                0.35));
        pen.part(blob(0.62, -0.12, 0.74, -0.34, 1.08, -0.34, 1.1, 0.06, 0.7, 0.1), Ink.pale(pen.hue()));
        pen.flat(oval(0.98, -0.27, 0.12, 0.1), Ink.PUPIL);
        pen.part(rounded(0.76, 0.0, 0.9, 0.22, 0.06), Ink.TONGUE);
        eye(pen, 0.52, -0.4, 0.13);
        pen.part(blob(0.28, -0.72, 0.02, -0.62, -0.04, 0.1, 0.22, 0.16, 0.36, -0.2), Ink.contrast(pen.hue()));
    }

    static void bird(Pen pen) {
        for (double x : new double[] {-0.12, 0.2}) {
            pen.limb(Forms.line(x, 0.6, x, 0.92), Ink.BEAK, 0.13);
            pen.limb(Forms.line(x - 0.2, 0.94, x + 0.06, 0.94), Ink.BEAK, 0.12);
        }
        pen.coat(corners(0.5, 0.02, 1.02, -0.22, 0.98, 0.36, 0.5, 0.42));
        pen.part(corners(-0.66, -0.5, -1.14, -0.24, -0.62, -0.06), Ink.BEAK);
        pen.coat(blob(
                -0.66, -0.95, -0.9, -0.3, -0.72, 0.5, -0.2, 0.78, 0.42, 0.74, 0.8, 0.2, 0.3, -0.04, 0.02, -0.3, -0.1,
                -0.95));
        pen.flat(blob(-0.62, 0.1, -0.55, 0.52, -0.1, 0.64, 0.1, 0.5, -0.3, 0.2), Ink.pale(pen.hue()));
        pen.part(blob(-0.16, 0.06, 0.02, 0.5, 0.5, 0.52, 0.8, 0.16, 0.3, 0.02), Ink.contrast(pen.hue()));
        eye(pen, -0.48, -0.38, 0.15);
    }

    static void fish(Pen pen) {
        pen.coat(corners(0.42, 0.1, 1.0, -0.38, 0.88, 0.1, 1.0, 0.62));
        pen.part(blob(-0.3, -0.3, 0.0, -0.78, 0.48, -0.6, 0.42, -0.2), Ink.contrast(pen.hue()));
        pen.part(blob(-0.1, 0.4, 0.02, 0.86, 0.36, 0.72, 0.3, 0.4), Ink.contrast(pen.hue()));
        pen.coat(blob(-1.08, 0.1, -0.8, -0.42, -0.2, -0.52, 0.4, -0.3, 0.66, 0.1, 0.4, 0.5, -0.2, 0.72, -0.8, 0.62));
        pen.line(bow(-0.34, -0.26, -0.12, 0.1, -0.34, 0.46), Ink.OUTLINE, 0.06);
        pen.part(blob(-0.12, 0.04, 0.3, -0.02, 0.34, 0.28, -0.06, 0.32), Ink.contrast(pen.hue()));
        pen.line(bow(-0.94, 0.26, -0.8, 0.36, -0.66, 0.28), Ink.OUTLINE, 0.06);
        eye(pen, -0.62, -0.04, 0.17);
    }

    /** White with a big pupil and a glint, so that it is seen on every coat. */
    static void eye(Pen pen, double x, double y, double radius) {
        pen.part(oval(x, y, radius, radius * 1.12), Ink.WHITE);
        pen.flat(oval(x, y + 0.02, radius * 0.66, radius * 0.8), Ink.PUPIL);
        pen.flat(circle(x + radius * 0.25, y - radius * 0.3, radius * 0.27), Ink.WHITE);
    }
}
