package org.moslora.datasets.miniature.paint;

import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.moslora.datasets.miniature.world.Accessory;
import org.moslora.datasets.miniature.world.Cell;
import org.moslora.datasets.miniature.world.Scene;
import org.moslora.datasets.miniature.world.Style;
import org.moslora.datasets.miniature.world.Thing;
import org.moslora.datasets.miniature.world.ThingSize;

/** Paints scenes. The same scene gives the same bytes, on any machine and in any thread. */
public final class ScenePainter {
    /** Outline of a big thing in pixels of a picture of 64, and of one on the grid. */
    private static final double PORTRAIT_OUTLINE = 1.3 / 64;

    private static final double GRID_OUTLINE = 0.85 / 72;

    /** On the grid a thing with a hat is drawn smaller, so that both fit into the cell. */
    private static final double HATTED = 0.84;

    /** What a big and a small thing of a portrait reach from their middle, and where their feet stand. */
    private static final double BIG = 0.32;

    private static final double SMALL = 0.22;
    private static final double FEET = 0.92;
    /** What a hat and a thing's wandering may add to that. */
    private static final double ROOM = 0.06;

    private final int side;

    /** @param side of the pictures, in pixels */
    public ScenePainter(int side) {
        this.side = side;
    }

    /** Paints a scene. */
    public BufferedImage paint(Scene scene) {
        SceneCanvas easel = new SceneCanvas(side);
        Graphics2D graphics = easel.graphics();
        try {
            SplittableRandom random = new SplittableRandom(scene.look());
            Landscapes.draw(graphics, scene.background(), random.nextLong());
            for (Thing thing : scene.things()) {
                paint(graphics, scene.style(), thing, random);
            }
        } finally {
            graphics.dispose();
        }
        return easel.picture();
    }

    /** Where the thing of a portrait is, with some room around it. */
    public Frame frame(Scene portrait) {
        double half = portrait.things().get(0).size() == ThingSize.BIG ? BIG : SMALL;
        double top = FEET - 2 * half - 2 * ROOM;
        return new Frame(0.5 - half - ROOM, Math.max(0, top), 0.5 + half + ROOM, FEET + ROOM);
    }

    /** Paints a scene as a PNG file. */
    public byte[] png(Scene scene) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(paint(scene), "png", bytes);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    private static void paint(Graphics2D graphics, Style style, Thing thing, SplittableRandom random) {
        boolean portrait = style == Style.PORTRAIT;
        boolean big = thing.size() == ThingSize.BIG;
        double wander = portrait ? 0.03 : 0.012;
        double shiftX = wander * (2 * random.nextDouble() - 1);
        double shiftY = wander * (2 * random.nextDouble() - 1);
        double half = portrait ? (big ? BIG : SMALL) : (big ? 0.148 : 0.093);
        if (!portrait && thing.wears(Accessory.HAT)) {
            half *= HATTED;
        }
        double x = portrait ? 0.5 : (thing.cell().column() + 0.5) / Cell.SIDE;
        // Feet stand on one line whatever the size, and a hat still fits above the head.
        double feet = portrait ? FEET : (thing.cell().row() + (big ? 0.97 : 0.88)) / Cell.SIDE;
        AffineTransform before = graphics.getTransform();
        graphics.translate(x + shiftX, feet - half + shiftY);
        graphics.scale(half, half);
        double outline = (portrait ? PORTRAIT_OUTLINE : GRID_OUTLINE) / half;
        Pen pen = new Pen(graphics, outline, thing.hue(), thing.pattern());
        Glyph glyph = Glyphs.of(thing.kind());
        glyph.drawing().draw(pen);
        if (thing.worn() != null) {
            Wardrobe.draw(pen, glyph, thing.worn());
        }
        graphics.setTransform(before);
    }
}
