package org.moslora.examples.image;

import java.awt.image.Raster;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The first page of a TIFF file. */
final class TiffFile {
    private static final int RGB = 2;
    private static final int INKS = 5;

    private TiffFile() {}

    static @Nullable Picture decode(byte[] file) {
        List<Ifd> pages = Ifd.all(file);
        if (pages.isEmpty()) {
            return null;
        }
        Ifd page = pages.get(0);
        boolean alpha = page.value(Ifd.PHOTOMETRIC, -1) == RGB && page.value(Ifd.EXTRA_SAMPLES, -1) >= 0;
        // OpenCV multiplies the colours by their alpha, and turns the page by itself.
        Picture picture = alpha && page.value(Ifd.BITS, 1) == 8
                ? withoutAlpha(file, page.value(Ifd.ORIENTATION, 1))
                : OpenCvPixels.decode(file);
        if (picture == null) {
            return null;
        }
        // libtiff has made the four inks into opaque colours: no alpha was there to drop.
        boolean inks = page.value(Ifd.PHOTOMETRIC, -1) == INKS;
        List<String> notes = new ArrayList<>(inks ? List.of("four inks (CMYK) converted to RGB") : picture.notes());
        if (pages.size() > 1) {
            notes.add("first of " + pages.size() + " pages");
        }
        return new Picture(picture.width(), picture.height(), picture.rgb(), notes);
    }

    private static @Nullable Picture withoutAlpha(byte[] file, int orientation) {
        Raster raster = StoredSamples.read(file, "tiff");
        if (raster == null || raster.getNumBands() < 3) {
            return null;
        }
        int width = raster.getWidth();
        int height = raster.getHeight();
        byte[] rgb = new byte[Math.multiplyExact(3, Math.multiplyExact(width, height))];
        int bands = raster.getNumBands();
        int[] row = new int[bands * width];
        for (int y = 0, o = 0; y < height; y++) {
            raster.getPixels(0, y, width, 1, row);
            for (int i = 0; i < row.length; i += bands, o += 3) {
                rgb[o] = (byte) row[i];
                rgb[o + 1] = (byte) row[i + 1];
                rgb[o + 2] = (byte) row[i + 2];
            }
        }
        return Orientation.upright(new Picture(width, height, rgb, List.of("alpha channel dropped")), orientation);
    }
}
