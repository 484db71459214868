package org.moslora.datasets.miniature.paint;

import static org.moslora.datasets.miniature.paint.Forms.blob;
import static org.moslora.datasets.miniature.paint.Forms.bow;
import static org.moslora.datasets.miniature.paint.Forms.box;
import static org.moslora.datasets.miniature.paint.Forms.circle;
import static org.moslora.datasets.miniature.paint.Forms.corners;
import static org.moslora.datasets.miniature.paint.Forms.oval;
import static org.moslora.datasets.miniature.paint.Forms.rounded;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.util.SplittableRandom;
import org.moslora.datasets.miniature.world.Background;

/**
 * The eight backgrounds, in coordinates from 0 to 1. Each differs from the others in its colours and in one landmark,
 * which stays in an upper corner where a thing in the middle does not hide it.
 */
final class Landscapes {
    private static final double HORIZON = 0.64;

    private final Graphics2D graphics;
    private final SplittableRandom random;

    private Landscapes(Graphics2D graphics, long look) {
        this.graphics = graphics;
        this.random = new SplittableRandom(look);
    }

    static void draw(Graphics2D graphics, Background background, long look) {
        Landscapes landscape = new Landscapes(graphics, look);
        AffineTransform before = graphics.getTransform();
        if (landscape.random.nextBoolean()) {
            graphics.translate(1, 0);
            graphics.scale(-1, 1);
        }
        switch (background) {
            case MEADOW -> landscape.meadow();
            case SNOW -> landscape.snow();
            case BEACH -> landscape.beach();
            case NIGHT -> landscape.night();
            case FOREST -> landscape.forest();
            case CITY -> landscape.city();
            case SEA -> landscape.sea();
            case DESERT -> landscape.desert();
        }
        graphics.setTransform(before);
    }

    private void meadow() {
        ground(0x8fd3ff, 0x74c94f);
        fill(circle(0.15, 0.15, 0.105), 0xffe04a);
        fill(blob(-0.1, 0.72, 0.1, 0.52, 0.4, 0.6, 0.62, 0.7, 0.3, 0.8), 0x5fb53e);
        for (int i = 0; i < 12; i++) {
            double x = random.nextDouble();
            double y = 0.72 + 0.26 * random.nextDouble();
            fill(circle(x, y, 0.016), i % 2 == 0 ? 0xffffff : 0xffd84a);
        }
    }

    private void snow() {
        ground(0xbdd3e6, 0xf2f7fc);
        fill(corners(-0.05, HORIZON, 0.2, 0.14, 0.46, HORIZON), 0x7e93ab);
        fill(corners(0.1, 0.34, 0.2, 0.14, 0.305, 0.34, 0.25, 0.31, 0.2, 0.36, 0.15, 0.31), 0xffffff);
        fill(corners(0.3, HORIZON, 0.46, 0.38, 0.64, HORIZON), 0x95a9bf);
        for (int i = 0; i < 16; i++) {
            fill(circle(random.nextDouble(), 0.6 * random.nextDouble(), 0.015), 0xffffff);
        }
    }

    private void beach() {
        ground(0x9fdcff, 0xf3d998);
        fill(box(0, 0.52, 1, 0.68), 0x2c97d8);
        line(bow(0, 0.68, 0.25, 0.71, 0.5, 0.67, 0.75, 0.71, 1, 0.68), 0xffffff, 0.02);
        line(bow(0.05, 0.82, 0.05, 0.5, 0.13, 0.2), 0x8a5a2b, 0.05);
        for (double[] tip : new double[][] {{-0.08, 0.12}, {-0.03, 0.34}, {0.27, 0.36}, {0.35, 0.13}, {0.15, 0.02}}) {
            line(bow(0.13, 0.19, (0.13 + tip[0]) / 2, 0.08 + tip[1] / 4, tip[0], tip[1]), 0x1f8a4c, 0.055);
        }
    }

    private void night() {
        ground(0x171a47, 0x2c3157);
        fill(circle(0.16, 0.16, 0.105), 0xfff3b8);
        fill(circle(0.205, 0.135, 0.09), 0x171a47);
        for (int i = 0; i < 16; i++) {
            double x = random.nextDouble();
            double y = 0.58 * random.nextDouble();
            if (x > 0.32 || y > 0.32) {
                fill(circle(x, y, 0.012), 0xfffbe0);
            }
        }
    }

    private void forest() {
        ground(0x8dbb93, 0x5f4a2c);
        for (double x : new double[] {0.02, 0.27, 0.5, 0.74, 0.98}) {
            double top = 0.06 + 0.1 * random.nextDouble();
            fill(box(x - 0.022, 0.5, x + 0.022, 0.7), 0x4a3420);
            for (int tier = 0; tier < 3; tier++) {
                double y = top + 0.13 * tier;
                double half = 0.075 + 0.035 * tier;
                fill(corners(x - half, y + 0.22, x, y, x + half, y + 0.22), tier % 2 == 0 ? 0x17552f : 0x1d6438);
            }
        }
        fill(box(0, 0.66, 1, 0.7), 0x4d7a3a);
    }

    private void city() {
        ground(0xc9c2d6, 0x6a6f7c);
        double[] lefts = {-0.02, 0.22, 0.42, 0.62, 0.82};
        for (int i = 0; i < lefts.length; i++) {
            double top = 0.08 + (i % 2) * 0.14 + 0.08 * random.nextDouble();
            double right = lefts[i] + (i == 0 ? 0.22 : 0.18);
            fill(box(lefts[i], top, right, HORIZON), i % 2 == 0 ? 0x6d6784 : 0x85809c);
            for (double y = top + 0.05; y < HORIZON - 0.05; y += 0.085) {
                for (double x = lefts[i] + 0.035; x < right - 0.04; x += 0.065) {
                    fill(box(x, y, x + 0.035, y + 0.045), 0xffe382);
                }
            }
        }
        fill(box(0, HORIZON, 1, HORIZON + 0.05), 0xa9adb8);
        for (double x = 0.04; x < 1; x += 0.24) {
            fill(box(x, 0.84, x + 0.13, 0.865), 0xf2f2f2);
        }
    }

    private void sea() {
        ground(0xc4e8fa, 0x1c6fc2);
        fill(box(0, 0.54, 1, 1), 0x1c6fc2);
        for (double[] at : new double[][] {{0.14, 0.15}, {0.2, 0.12}, {0.26, 0.15}}) {
            fill(oval(at[0], at[1], 0.075, 0.055), 0xffffff);
        }
        double shift = 0.1 * random.nextDouble();
        for (int row = 0; row < 5; row++) {
            double y = 0.58 + 0.1 * row;
            for (double x = -0.15 + shift + (row % 2) * 0.1; x < 1.1; x += 0.2) {
                line(bow(x, y, x + 0.05, y + 0.055, x + 0.1, y, x + 0.1, y), 0x8fd0f7, 0.018);
            }
        }
    }

    private void desert() {
        ground(0xffdba3, 0xe0984a);
        fill(blob(-0.3, 0.9, 0.1, 0.5, 0.5, 0.62, 0.9, 0.9, 0.4, 1.0), 0xd1863a);
        fill(blob(0.5, 0.72, 0.8, 0.56, 1.2, 0.6, 1.2, 0.9, 0.7, 0.86), 0xc97b31);
        int cactus = 0x2f8f4e;
        fill(rounded(0.1, 0.12, 0.185, 0.76, 0.043), cactus);
        line(bow(0.14, 0.42, 0.02, 0.44, 0.035, 0.26), cactus, 0.058);
        line(bow(0.15, 0.34, 0.27, 0.36, 0.25, 0.18), cactus, 0.058);
    }

    private void ground(int sky, int ground) {
        fill(box(-0.01, -0.01, 1.01, 1.01), sky);
        fill(box(-0.01, HORIZON, 1.01, 1.01), ground);
    }

    private void fill(Shape shape, int rgb) {
        graphics.setColor(new Color(rgb));
        graphics.fill(shape);
    }

    private void line(Shape shape, int rgb, double width) {
        graphics.setColor(new Color(rgb));
        graphics.setStroke(new BasicStroke((float) width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        graphics.draw(shape);
    }
}
