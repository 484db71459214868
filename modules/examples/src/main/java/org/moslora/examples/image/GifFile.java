package org.moslora.examples.image;

import java.awt.image.Raster;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The first frame of a GIF file, laid on its screen as Pillow does. */
final class GifFile {
    private GifFile() {}

    static @Nullable Picture decode(byte[] file) {
        GifOutline outline = GifOutline.read(file);
        GifOutline.Frame frame = outline.first();
        Raster raster = frame == null ? null : StoredSamples.read(file, "gif");
        if (frame == null || raster == null) {
            return null;
        }
        int width = outline.width();
        int height = outline.height();
        byte[] rgb = new byte[3 * width * height];
        int backdrop = Math.max(0, frame.transparent());
        for (int y = 0, o = 0; y < height; y++) {
            for (int x = 0; x < width; x++, o += 3) {
                int column = x - frame.left();
                int row = y - frame.top();
                boolean inside = column >= 0 && row >= 0 && column < raster.getWidth() && row < raster.getHeight();
                colour(file, frame, inside ? raster.getSample(column, row, 0) : backdrop, rgb, o);
            }
        }
        List<String> notes = new ArrayList<>();
        if (outline.frames() > 1) {
            notes.add("first of " + outline.frames() + " frames");
        }
        return new Picture(width, height, rgb, notes);
    }

    /** An index past the palette is its own gray. */
    private static void colour(byte[] file, GifOutline.Frame frame, int index, byte[] rgb, int at) {
        int from = frame.palette() + 3 * index;
        boolean known = index < frame.colours() && from + 3 <= file.length;
        for (int channel = 0; channel < 3; channel++) {
            rgb[at + channel] = known ? file[from + channel] : (byte) index;
        }
    }
}
