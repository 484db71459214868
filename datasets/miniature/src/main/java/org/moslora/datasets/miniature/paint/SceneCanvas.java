package org.moslora.datasets.miniature.paint;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;

/**
 * A canvas of four times the picture's side. Shapes fill whole pixels there, and every pixel of the picture is the mean
 * of sixteen: the same smoothness everywhere, by integer arithmetic alone.
 */
final class SceneCanvas {
    private static final int FINE = 4;

    private final int side;
    private final BufferedImage canvas;

    /** @param side of the picture, in pixels */
    SceneCanvas(int side) {
        this.side = side;
        this.canvas = new BufferedImage(side * FINE, side * FINE, BufferedImage.TYPE_INT_RGB);
    }

    /** Draws in coordinates from 0 to 1, from the top left. */
    Graphics2D graphics() {
        Graphics2D graphics = canvas.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_OFF);
        graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        graphics.scale(canvas.getWidth(), canvas.getHeight());
        return graphics;
    }

    /** The picture. */
    BufferedImage picture() {
        BufferedImage picture = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
        int[] from = ((DataBufferInt) canvas.getRaster().getDataBuffer()).getData();
        int[] to = ((DataBufferInt) picture.getRaster().getDataBuffer()).getData();
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                to[y * side + x] = mean(from, (y * side * FINE + x) * FINE);
            }
        }
        return picture;
    }

    private int mean(int[] fine, int start) {
        int red = 0;
        int green = 0;
        int blue = 0;
        for (int y = 0; y < FINE; y++) {
            for (int x = 0; x < FINE; x++) {
                int rgb = fine[start + y * side * FINE + x];
                red += rgb >> 16 & 0xff;
                green += rgb >> 8 & 0xff;
                blue += rgb & 0xff;
            }
        }
        return (rounded(red) << 16) | (rounded(green) << 8) | rounded(blue);
    }

    private static int rounded(int sum) {
        return (sum + FINE * FINE / 2) / (FINE * FINE);
    }
}
