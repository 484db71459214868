package org.moslora.examples.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes GIF files by hand, block by block (GIF89a specification); pixels are not compressed. */
final class GifParts {
    private static final int BITS = 3;
    private static final int COLOURS = 1 << BITS;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** The start of a file, its palette's colours all a step apart; no step means no palette. */
    GifParts(int width, int height, int step) {
        out.writeBytes("GIF89a".getBytes(StandardCharsets.ISO_8859_1));
        words(width, height);
        out.write(step > 0 ? 0x80 | BITS - 1 : 0);
        out.write(0);
        out.write(0);
        palette(step);
    }

    private void palette(int step) {
        for (int i = 0; step > 0 && i < 3 * COLOURS; i++) {
            out.write(i * step);
        }
    }

    private void words(int... values) {
        ByteBuffer bytes = ByteBuffer.allocate(2 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int value : values) {
            bytes.putShort((short) value);
        }
        out.writeBytes(bytes.array());
    }

    /** Of the next frame, one index means no colour. */
    GifParts transparent(int index) {
        out.writeBytes(new byte[] {0x21, (byte) 0xf9, 4, 1, 0, 0, (byte) index, 0});
        return this;
    }

    GifParts comment(String text) {
        out.writeBytes(new byte[] {0x21, (byte) 0xfe, (byte) text.length()});
        out.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
        out.write(0);
        return this;
    }

    /** A frame of these indices, row by row; a step gives it a palette of its own. */
    GifParts frame(int left, int top, int width, int step, int... indices) {
        out.write(0x2c);
        words(left, top, width, indices.length / width);
        out.write(step > 0 ? 0x80 | BITS - 1 : 0);
        palette(step);
        out.write(BITS);
        byte[] data = codes(indices);
        out.write(data.length);
        out.writeBytes(data);
        out.write(0);
        return this;
    }

    /** Four bits each: a clear code before any pixel keeps the codes from growing. */
    private static byte[] codes(int[] indices) {
        byte[] data = new byte[indices.length + 1];
        int at = 0;
        for (int index : indices) {
            data[at++] = (byte) (COLOURS | index << 4);
        }
        data[at] = (byte) (COLOURS + 1); // the end
        return data;
    }

    byte[] file() {
        out.write(0x3b);
        return out.toByteArray();
    }
}
