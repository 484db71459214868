package org.moslora.examples.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** BMP files: OpenCV shifts the 5 or 6 bits of a 16-bit pixel up to 8, where Pillow scales them. */
final class BmpFile {
    private static final int HEADER = 54;
    /** What stands behind fourteen bytes; OS/2's has twelve, and the depth elsewhere. */
    private static final int SHORTEST_INFO = 40;

    private static final int BIT_FIELDS = 3;
    private static final int SIX_BITS_OF_GREEN = 0x7e0;

    private BmpFile() {}

    static @Nullable Picture decode(byte[] file) {
        Picture picture = OpenCvPixels.decode(file);
        ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        if (picture == null || in.getInt(14) < SHORTEST_INFO || in.getShort(28) != 16) {
            return picture;
        }
        boolean masks = in.getInt(30) == BIT_FIELDS && file.length >= HEADER + 12;
        boolean wideGreen = masks && in.getInt(HEADER + 4) == SIX_BITS_OF_GREEN;
        byte[] rgb = picture.rgb();
        for (int i = 0; i < rgb.length; i++) {
            boolean six = wideGreen && i % 3 == 1;
            int bits = (rgb[i] & 0xff) >> (six ? 2 : 3);
            rgb[i] = (byte) (bits * 255 / (six ? 63 : 31));
        }
        return picture;
    }
}
