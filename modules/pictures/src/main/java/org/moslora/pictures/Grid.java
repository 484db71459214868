package org.moslora.pictures;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.util.List;
import org.moslora.examples.image.Picture;

/** Pictures in rows and columns, each in a cell as large as the largest, on white. */
public final class Grid {
    private static final int LABEL = 24;

    private Grid() {}

    /** As many columns as make the grid about square. */
    public static int columnsFor(int pictures) {
        return Math.max(1, (int) Math.ceil(Math.sqrt(pictures)));
    }

    /**
     * Puts pictures side by side, row by row.
     *
     * @param pictures at least one
     * @param columns at least 1
     */
    public static Picture of(List<Picture> pictures, int columns) {
        return drawn(pictures, columns, List.of());
    }

    /**
     * The same with a line of text over each picture, cut off where it is too long.
     *
     * @param labels as many as there are pictures
     */
    public static Picture labelled(List<Picture> pictures, int columns, List<String> labels) {
        if (labels.size() != pictures.size()) {
            throw new IllegalArgumentException(labels.size() + " labels for " + pictures.size() + " pictures");
        }
        return drawn(pictures, columns, labels);
    }

    private static Picture drawn(List<Picture> pictures, int columns, List<String> labels) {
        if (pictures.isEmpty() || columns < 1) {
            throw new IllegalArgumentException(pictures.size() + " pictures in " + columns + " columns");
        }
        int width = pictures.stream().mapToInt(Picture::width).max().orElseThrow();
        int height = pictures.stream().mapToInt(Picture::height).max().orElseThrow();
        int band = labels.isEmpty() ? 0 : LABEL;
        int rows = (pictures.size() + columns - 1) / columns;
        int across = Math.multiplyExact(width, Math.min(columns, pictures.size()));
        int down = Math.multiplyExact(height + band, rows);
        BufferedImage sheet = new BufferedImage(across, down, BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = sheet.createGraphics();
        pen.setColor(Color.WHITE);
        pen.fillRect(0, 0, across, down);
        for (int i = 0; i < pictures.size(); i++) {
            int left = i % columns * width;
            int top = i / columns * (height + band);
            pen.drawImage(PngFile.image(pictures.get(i)), left, top + band, null);
            if (band > 0) {
                label(pen, labels.get(i), left, top, width);
            }
        }
        pen.dispose();
        return picture(sheet);
    }

    private static void label(Graphics2D pen, String text, int left, int top, int width) {
        pen.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        pen.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, LABEL / 2));
        pen.setColor(Color.BLACK);
        FontMetrics metrics = pen.getFontMetrics();
        String line = text.replaceAll("\\s+", " ");
        String shown = line;
        while (!shown.isEmpty() && metrics.stringWidth(shown + "…") > width) {
            shown = shown.substring(0, shown.length() - 1);
        }
        boolean whole = shown.length() == line.length();
        pen.drawString(whole ? shown : shown + "…", left + 2, top + LABEL - metrics.getDescent() - 4);
    }

    private static Picture picture(BufferedImage sheet) {
        int[] pixels = ((DataBufferInt) sheet.getRaster().getDataBuffer()).getData();
        byte[] rgb = new byte[Math.multiplyExact(3, pixels.length)];
        for (int i = 0, to = 0; i < pixels.length; i++) {
            rgb[to++] = (byte) (pixels[i] >> 16);
            rgb[to++] = (byte) (pixels[i] >> 8);
            rgb[to++] = (byte) pixels[i];
        }
        return new Picture(sheet.getWidth(), sheet.getHeight(), rgb);
    }
}
