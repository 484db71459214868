package org.moslora.examples.image;

import java.awt.image.Raster;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * JPEG files of four inks. They are taken as stored the way Adobe does it, inverted, whether or not they say so, as
 * Pillow takes them; then red = (255 − K) − (255 − K)·C/255 and so on, rounded as Pillow's Convert.c rounds.
 */
final class CmykJpeg {
    /** The Adobe segment's word for luminance, two colour differences and black. */
    private static final int YCCK = 2;

    private CmykJpeg() {}

    static @Nullable Picture decode(byte[] file, JpegOutline outline) {
        Raster raster = StoredSamples.read(file, "jpeg");
        if (raster == null || raster.getNumBands() != 4) {
            return null;
        }
        int width = raster.getWidth();
        int height = raster.getHeight();
        byte[] rgb = new byte[Math.multiplyExact(3, Math.multiplyExact(width, height))];
        int[] row = new int[4 * width];
        for (int y = 0, o = 0; y < height; y++) {
            raster.getPixels(0, y, width, 1, row);
            for (int i = 0; i < row.length; i += 4, o += 3) {
                if (outline.adobeTransform() == YCCK) {
                    toInks(row, i);
                }
                // Stored inverted: the stored value of black is what light it leaves.
                int light = row[i + 3];
                rgb[o] = reflected(255 - row[i], light);
                rgb[o + 1] = reflected(255 - row[i + 1], light);
                rgb[o + 2] = reflected(255 - row[i + 2], light);
            }
        }
        return new Picture(width, height, rgb, List.of("four inks (CMYK) converted to RGB"));
    }

    private static byte reflected(int ink, int light) {
        int product = ink * light + 128;
        int left = light - (((product >> 8) + product) >> 8);
        return (byte) Math.max(0, left);
    }

    /** libjpeg's ycck_cmyk_convert (jdcolor.c), in its fixed-point numbers. */
    private static void toInks(int[] row, int i) {
        int y = row[i];
        int blue = row[i + 1] - 128;
        int red = row[i + 2] - 128;
        row[i] = clip(255 - (y + ((fixed(1.40200) * red + HALF) >> 16)));
        row[i + 1] = clip(255 - (y + ((-fixed(0.34414) * blue - fixed(0.71414) * red + HALF) >> 16)));
        row[i + 2] = clip(255 - (y + ((fixed(1.77200) * blue + HALF) >> 16)));
    }

    private static final int HALF = 1 << 15;

    private static int fixed(double factor) {
        return (int) (factor * 65536 + 0.5);
    }

    private static int clip(int value) {
        return Math.max(0, Math.min(255, value));
    }
}
