package org.moslora.examples.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Writes PNG files by hand, of every depth and colour type, interlaced or not (PNG specification, third edition).
 *
 * @param width in pixels
 * @param height in pixels
 * @param bits of a sample
 * @param colour the type: 0 gray, 2 RGB, 3 palette, 4 gray with alpha, 6 RGB with alpha
 */
record PngParts(int width, int height, int bits, int colour) {
    static final int GRAY = 0;
    static final int RGB = 2;
    static final int PALETTE = 3;
    static final int GRAY_ALPHA = 4;
    static final int RGB_ALPHA = 6;
    /** Adam7: first column and row, and the steps across and down, of each pass. */
    private static final int[][] PASSES = {
        {0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}
    };

    /** A sample of each place. */
    @FunctionalInterface
    interface Samples {
        int at(int x, int y, int channel);
    }

    int channels() {
        return switch (colour) {
            case RGB -> 3;
            case GRAY_ALPHA -> 2;
            case RGB_ALPHA -> 4;
            default -> 1;
        };
    }

    static byte[] chunk(String name, byte[] content) {
        byte[] kind = name.getBytes(StandardCharsets.ISO_8859_1);
        CRC32 sum = new CRC32();
        sum.update(kind);
        sum.update(content);
        return ByteBuffer.allocate(12 + content.length)
                .putInt(content.length)
                .put(kind)
                .put(content)
                .putInt((int) sum.getValue())
                .array();
    }

    /** The whole file, some chunks of its own between the header and the pixels. */
    byte[] file(boolean interlaced, Samples samples, byte[]... chunks) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
        byte[] header = ByteBuffer.allocate(13)
                .putInt(width)
                .putInt(height)
                .put((byte) bits)
                .put((byte) colour)
                .put(12, (byte) (interlaced ? 1 : 0))
                .array();
        out.writeBytes(chunk("IHDR", header));
        Arrays.stream(chunks).forEach(out::writeBytes);
        out.writeBytes(chunk("IDAT", deflated(lines(interlaced, samples))));
        out.writeBytes(chunk("IEND", new byte[0]));
        return out.toByteArray();
    }

    private byte[] lines(boolean interlaced, Samples samples) {
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        for (int[] pass : interlaced ? PASSES : new int[][] {{0, 0, 1, 1}}) {
            for (int y = pass[1]; y < height && pass[0] < width; y += pass[3]) {
                lines.write(0); // no filter
                lines.writeBytes(line(y, pass[0], pass[2], samples));
            }
        }
        return lines.toByteArray();
    }

    private byte[] line(int y, int from, int step, Samples samples) {
        int pixels = (width - from + step - 1) / step;
        byte[] line = new byte[(pixels * channels() * bits + 7) / 8];
        int bit = 0;
        for (int x = from; x < width; x += step) {
            for (int channel = 0; channel < channels(); channel++) {
                int value = samples.at(x, y, channel);
                for (int i = bits - 1; i >= 0; i--, bit++) {
                    line[bit / 8] |= (byte) ((value >> i & 1) << (7 - bit % 8));
                }
            }
        }
        return line;
    }

    private static byte[] deflated(byte[] bytes) {
        Deflater deflater = new Deflater();
        deflater.setInput(bytes);
        deflater.finish();
        byte[] made = new byte[bytes.length + 100];
        int length = deflater.deflate(made);
        deflater.end();
        return Arrays.copyOf(made, length);
    }
}
