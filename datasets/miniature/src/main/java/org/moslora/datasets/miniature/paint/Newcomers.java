package org.moslora.datasets.miniature.paint;

import static org.moslora.datasets.miniature.paint.Forms.blob;
import static org.moslora.datasets.miniature.paint.Forms.bow;
import static org.moslora.datasets.miniature.paint.Forms.circle;
import static org.moslora.datasets.miniature.paint.Forms.corners;
import static org.moslora.datasets.miniature.paint.Forms.dome;
import static org.moslora.datasets.miniature.paint.Forms.oval;

import java.awt.Color;
import org.moslora.datasets.miniature.world.Hue;

/** The kinds that the base models have not seen. */
final class Newcomers {
    private static final Color SKIN = new Color(0x9bcf7a);
    private static final Color STEM = new Color(0xf3e3c3);
    private static final Color FLAME = new Color(0xffb01e);

    private Newcomers() {}

    /** Three gills on each side stick out far enough to be seen under any hat. */
    static void axolotl(Pen pen) {
        Color gill = pen.hue() == Hue.RED ? Ink.contrast(Hue.RED) : new Color(0xc2183c);
        pen.limb(bow(0.2, 0.82, 0.78, 1.0, 0.98, 0.7, 0.9, 0.42), pen.own(), 0.26);
        for (int side = -1; side <= 1; side += 2) {
            pen.limb(bow(side * 0.44, -0.44, side * 0.72, -0.6, side * 0.86, -0.9), gill, 0.19);
            pen.limb(bow(side * 0.52, -0.24, side * 0.8, -0.3, side * 1.06, -0.42), gill, 0.19);
            pen.limb(bow(side * 0.46, -0.04, side * 0.76, 0.04, side * 0.98, 0.02), gill, 0.19);
        }
        pen.coat(blob(-0.38, 1.04, -0.46, 0.4, -0.2, 0.1, 0.2, 0.1, 0.46, 0.4, 0.38, 1.04, 0, 1.02));
        pen.flat(oval(0, 0.64, 0.2, 0.25), Ink.pale(pen.hue()));
        for (int side = -1; side <= 1; side += 2) {
            pen.coat(oval(side * 0.24, 0.95, 0.17, 0.09));
            pen.limb(bow(side * 0.34, 0.42, side * 0.52, 0.5, side * 0.5, 0.66), pen.own(), 0.17);
        }
        pen.coat(blob(-0.74, -0.2, -0.62, -0.7, 0, -0.72, 0.62, -0.7, 0.74, -0.2, 0.5, 0.26, 0, 0.24, -0.5, 0.26));
        pen.flat(oval(-0.5, -0.06, 0.12, 0.08), gill);
        pen.flat(oval(0.5, -0.06, 0.12, 0.08), gill);
        Animals.eye(pen, -0.36, -0.3, 0.13);
        Animals.eye(pen, 0.36, -0.3, 0.13);
        pen.line(bow(-0.26, -0.06, 0, 0.16, 0.26, -0.06), Ink.OUTLINE, 0.07);
    }

    static void turtle(Pen pen) {
        pen.part(corners(-0.74, 0.62, -1.0, 0.86, -0.66, 0.82), SKIN);
        for (double x : new double[] {-0.5, 0.3}) {
            pen.part(Forms.rounded(x - 0.15, 0.52, x + 0.15, 1, 0.1), SKIN);
        }
        pen.part(blob(0.46, 0.7, 0.5, 0.3, 0.6, -0.16, 1.1, -0.14, 1.08, 0.34, 0.78, 0.42, 0.74, 0.74), SKIN);
        pen.line(bow(0.84, 0.24, 0.96, 0.26, 1.02, 0.16), Ink.OUTLINE, 0.055);
        pen.coat(dome(-0.1, 0.66, 0.78, 0.98));
        Color seam = Ink.contrast(pen.hue());
        pen.part(corners(-0.36, -0.02, 0.14, -0.02, 0.28, 0.28, 0.06, 0.5, -0.28, 0.5, -0.48, 0.28), seam);
        pen.line(Forms.line(-0.48, 0.28, -0.76, 0.4), seam, 0.08);
        pen.line(Forms.line(0.28, 0.28, 0.56, 0.4), seam, 0.08);
        pen.part(Forms.rounded(-0.9, 0.58, 0.7, 0.76, 0.09), Ink.pale(pen.hue()));
        Animals.eye(pen, 0.82, 0.02, 0.12);
    }

    static void mushroom(Pen pen) {
        pen.part(blob(-0.26, 0.0, 0.26, 0.0, 0.3, 0.6, 0.46, 1.06, -0.46, 1.06, -0.3, 0.6), STEM);
        pen.line(Forms.line(-0.08, 0.5, -0.1, 0.84), Ink.darker(STEM, 0.3), 0.06);
        pen.part(oval(0, 0.16, 0.6, 0.14), Ink.darker(STEM, 0.15));
        pen.coat(blob(-0.9, 0.28, -1.12, 0.1, -0.82, -0.86, 0, -1.24, 0.82, -0.86, 1.12, 0.1, 0.9, 0.28, 0, 0.06));
        Color dot = pen.hue() == Hue.WHITE ? Ink.of(Hue.RED) : Ink.WHITE;
        pen.part(oval(-0.42, -0.18, 0.2, 0.19), dot);
        pen.part(oval(0.14, -0.52, 0.22, 0.18), dot);
        pen.part(oval(0.54, -0.06, 0.17, 0.16), dot);
    }

    static void umbrella(Pen pen) {
        pen.limb(bow(0, -0.2, 0, 0.6, 0, 0.8, 0.04, 1.0, 0.34, 1.0, 0.36, 0.76), Ink.WOOD, 0.16);
        pen.limb(Forms.line(0, -0.98, 0, -0.84), Ink.METAL, 0.12);
        pen.coat(blob(
                -1.02, 0.2, -1.04, 0.14, -0.96, -0.86, 0, -0.92, 0.96, -0.86, 1.04, 0.14, 1.02, 0.2, 0.84, -0.02, 0.64,
                0.02, 0.44, 0.22, 0.36, 0.0, 0, -0.06, -0.36, 0.0, -0.44, 0.22, -0.64, 0.02, -0.84, -0.02));
        pen.line(bow(0, -0.86, -0.44, -0.5, -0.42, 0.08), Ink.OUTLINE, 0.06);
        pen.line(bow(0, -0.86, 0.44, -0.5, 0.42, 0.08), Ink.OUTLINE, 0.06);
    }

    static void rocket(Pen pen) {
        pen.part(corners(-0.24, 0.68, 0, 1.04, 0.24, 0.68), FLAME);
        Color fin = Ink.contrast(pen.hue());
        for (int side = -1; side <= 1; side += 2) {
            pen.part(blob(side * 0.3, 0.2, side * 0.74, 0.4, side * 0.76, 0.98, side * 0.36, 0.72), fin);
        }
        pen.coat(blob(0, -1.18, 0.42, -0.7, 0.5, 0.1, 0.3, 0.82, 0, 0.76, -0.3, 0.82, -0.5, 0.1, -0.42, -0.7));
        pen.part(blob(0, -1.18, 0.28, -0.84, 0.36, -0.5, 0, -0.6, -0.36, -0.5, -0.28, -0.84), fin);
        pen.part(circle(0, -0.12, 0.21), Ink.WHITE);
        pen.part(circle(0, -0.12, 0.14), Ink.GLASS);
    }
}
