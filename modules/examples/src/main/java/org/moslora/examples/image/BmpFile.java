package org.moslora.examples.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** BMP files: OpenCV loses the colours of those with OS/2's header, and shifts the 5 or 6 bits of a 16-bit pixel up to 8, where Pillow scales them. */
final class BmpFile {
    private static final int HEADER = 54;
    /** What stands behind fourteen bytes; OS/2's has twelve, and the depth elsewhere. */
    private static final int SHORTEST_INFO = 40;

    private static final int OS2_HEADER = 26;
    private static final int BIT_FIELDS = 3;
    private static final int SIX_BITS_OF_GREEN = 0x7e0;

    private BmpFile() {}

    static @Nullable Picture decode(byte[] given) {
        byte[] file = withUsualHeader(given);
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

    /** The same file with the header of forty bytes in the place of OS/2's, whose palette has three bytes a colour. */
    private static byte[] withUsualHeader(byte[] file) {
        ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        if (file.length < OS2_HEADER || in.getInt(14) != OS2_HEADER - 14) {
            return file;
        }
        int start = in.getInt(10);
        int bits = in.getShort(24);
        if (start < OS2_HEADER || start > file.length) {
            return file;
        }
        int colours = bits >= 1 && bits <= 8 ? Math.min(1 << bits, (start - OS2_HEADER) / 3) : 0;
        int header = HEADER + 4 * colours;
        ByteBuffer out = ByteBuffer.allocate(header + file.length - start).order(ByteOrder.LITTLE_ENDIAN);
        out.put(file, 0, 10).putInt(header).putInt(SHORTEST_INFO);
        out.putInt(in.getShort(18) & 0xffff).putInt(in.getShort(20) & 0xffff).putShort((short) 1);
        out.putShort((short) bits).putInt(46, colours).position(HEADER);
        for (int i = 0; i < colours; i++) {
            out.put(file, OS2_HEADER + 3 * i, 3).put((byte) 0);
        }
        return out.put(file, start, file.length - start).array();
    }
}
