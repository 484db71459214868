package org.moslora.examples.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * BMP files: OpenCV shifts the 5 or 6 bits of a 16-bit pixel up to 8, where Pillow scales them; and whether a file with
 * OS/2's header has colours it takes from memory that it never filled, so such a header is made one of today's.
 */
final class BmpFile {
    private static final int FILE_HEADER = 14;
    private static final int INFO = 40;
    private static final int HEADER = FILE_HEADER + INFO;
    private static final int OS2_INFO = 12;
    private static final int OS2_HEADER = FILE_HEADER + OS2_INFO;

    private static final int BIT_FIELDS = 3;
    private static final int SIX_BITS_OF_GREEN = 0x7e0;

    private BmpFile() {}

    static @Nullable Picture decode(byte[] file) {
        ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        if (file.length >= OS2_HEADER && in.getInt(FILE_HEADER) == OS2_INFO) {
            return OpenCvPixels.decode(withInfo(file, in));
        }
        Picture picture = OpenCvPixels.decode(file);
        if (picture == null || in.getShort(28) != 16) {
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

    /** The file with a header of forty bytes, and four bytes a colour of its palette for three. */
    private static byte[] withInfo(byte[] file, ByteBuffer in) {
        int depth = in.getShort(24);
        int start = Math.min(Math.max(in.getInt(10), OS2_HEADER), file.length);
        int colours = depth <= 8 ? Math.min(1 << depth, (start - OS2_HEADER) / 3) : 0;
        int pixels = HEADER + 4 * colours;
        ByteBuffer out = ByteBuffer.allocate(pixels + file.length - start).order(ByteOrder.LITTLE_ENDIAN);
        out.putShort(in.getShort(0)).putInt(out.capacity()).putInt(0).putInt(pixels);
        out.putInt(INFO).putInt(Short.toUnsignedInt(in.getShort(18)));
        out.putInt(Short.toUnsignedInt(in.getShort(20))).putShort((short) 1).putShort((short) depth);
        out.position(HEADER - 8).putInt(colours);
        out.position(HEADER);
        for (int i = 0; i < colours; i++) {
            out.put(file, OS2_HEADER + 3 * i, 3).put((byte) 0);
        }
        return out.put(file, start, file.length - start).array();
    }
}
