package org.moslora.datasets.miniature.paint;

import static org.moslora.datasets.miniature.paint.Forms.box;
import static org.moslora.datasets.miniature.paint.Forms.corners;
import static org.moslora.datasets.miniature.paint.Forms.rounded;

import java.awt.Color;
import org.jspecify.annotations.Nullable;
import org.moslora.datasets.miniature.world.Hue;
import org.moslora.datasets.miniature.world.Worn;

/** Hats, scarves and glasses, drawn over the thing that wears them. */
final class Wardrobe {
    private static final Color LENS = new Color(0x14121d);

    private Wardrobe() {}

    static void draw(Pen pen, Glyph glyph, Worn worn) {
        switch (worn.accessory()) {
            case HAT -> hat(pen, glyph.hat(), worn.hue());
            case SCARF -> {
                if (glyph.neck() != null) {
                    scarf(pen, glyph.neck(), worn.hue());
                }
            }
            case GLASSES -> {
                if (glyph.eyes() != null) {
                    glasses(pen, glyph.eyes());
                }
            }
        }
    }

    /** A top hat with a band. */
    private static void hat(Pen pen, Glyph.Hat at, @Nullable Hue hue) {
        Hue colour = hue == null ? Hue.RED : hue;
        double half = at.half();
        double crown = half * 0.66;
        double top = at.y() - half * 1.06;
        pen.part(
                corners(
                        at.x() - crown,
                        at.y(),
                        at.x() - crown * 1.08,
                        top,
                        at.x() + crown * 1.08,
                        top,
                        at.x() + crown,
                        at.y()),
                Ink.of(colour));
        pen.flat(
                box(at.x() - crown * 0.96, at.y() - half * 0.36, at.x() + crown * 0.96, at.y() - half * 0.08),
                band(colour));
        pen.part(
                rounded(at.x() - half, at.y() - half * 0.14, at.x() + half, at.y() + half * 0.16, half * 0.14),
                Ink.of(colour));
    }

    private static Color band(Hue hue) {
        return hue == Hue.WHITE ? Ink.contrast(Hue.WHITE) : Ink.WHITE;
    }

    private static void scarf(Pen pen, Glyph.Neck at, @Nullable Hue hue) {
        Color colour = Ink.of(hue == null ? Hue.RED : hue);
        Color stripe = band(hue == null ? Hue.RED : hue);
        pen.turned(at.tilt(), at.x(), at.y(), () -> {
            double x = at.x() + at.half() * 0.5;
            pen.part(
                    corners(x - 0.13, at.y(), x + 0.13, at.y(), x + 0.17, at.y() + 0.46, x - 0.09, at.y() + 0.46),
                    colour);
            pen.flat(box(x - 0.09, at.y() + 0.28, x + 0.13, at.y() + 0.37), stripe);
            pen.part(rounded(at.x() - at.half(), at.y() - 0.12, at.x() + at.half(), at.y() + 0.12, 0.1), colour);
        });
    }

    /** Black ones: two lenses with a glint, which no eye looks like. */
    private static void glasses(Pen pen, Glyph.Eyes at) {
        pen.line(
                Forms.line(
                        at.x() - at.gap() - at.lens() * 1.3,
                        at.y() - 0.06,
                        at.x() + at.gap() + at.lens() * 1.3,
                        at.y() - 0.06),
                LENS,
                0.1);
        for (int side = -1; side <= 1; side += 2) {
            double x = at.x() + side * at.gap();
            pen.part(
                    rounded(
                            x - at.lens(),
                            at.y() - at.lens() * 0.78,
                            x + at.lens(),
                            at.y() + at.lens() * 0.82,
                            at.lens() * 0.5),
                    LENS);
            pen.line(
                    Forms.line(
                            x - at.lens() * 0.45,
                            at.y() + at.lens() * 0.2,
                            x + at.lens() * 0.1,
                            at.y() - at.lens() * 0.4),
                    Ink.WHITE,
                    0.075);
        }
    }
}
