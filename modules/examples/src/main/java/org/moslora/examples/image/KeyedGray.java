package org.moslora.examples.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;

/**
 * A gray PNG file of which one shade stands for nothing. OpenCV drops that of gray and keeps it of palettes, so the
 * shades are made one.
 */
final class KeyedGray {
    private static final int DEPTH = 8;
    private static final int COLOUR = 9;
    private static final int PALETTE = 3;

    private KeyedGray() {}

    /** The same picture with a palette, or the file itself if it is no gray of up to eight bits with such a shade. */
    static byte[] of(byte[] file) {
        List<PngChunk> chunks = PngChunk.of(file);
        PngChunk key = chunks.stream()
                .filter(chunk -> chunk.is("tRNS") && chunk.length() == Short.BYTES)
                .findFirst()
                .orElse(null);
        PngChunk header = chunks.isEmpty() ? null : chunks.get(0);
        if (key == null || header == null || header.length() != 13 || !isGray(file, header)) {
            return file;
        }
        int shades = 1 << file[header.from() + DEPTH];
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(file, 0, PngChunk.SIGNATURE);
        for (PngChunk chunk : chunks) {
            if (chunk.equals(header)) {
                byte[] content = Arrays.copyOfRange(file, chunk.from(), chunk.from() + chunk.length());
                content[COLOUR] = PALETTE;
                out.writeBytes(written("IHDR", content));
            } else if (chunk.equals(key)) {
                out.writeBytes(written("PLTE", palette(shades)));
                out.writeBytes(written("tRNS", opaqueBut(ByteBuffer.wrap(file).getShort(key.from()), shades)));
            } else {
                out.write(file, chunk.at(), chunk.end() - chunk.at());
            }
        }
        return out.toByteArray();
    }

    private static boolean isGray(byte[] file, PngChunk header) {
        int bits = file[header.from() + DEPTH];
        return header.is("IHDR") && file[header.from() + COLOUR] == 0 && bits >= 1 && bits <= 8;
    }

    private static byte[] palette(int shades) {
        byte[] palette = new byte[3 * shades];
        for (int i = 0; i < palette.length; i++) {
            palette[i] = (byte) (i / 3 * 255 / (shades - 1));
        }
        return palette;
    }

    private static byte[] opaqueBut(int shade, int shades) {
        byte[] alpha = new byte[shades];
        Arrays.fill(alpha, (byte) 255);
        if (shade >= 0 && shade < shades) {
            alpha[shade] = 0;
        }
        return alpha;
    }

    private static byte[] written(String name, byte[] content) {
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
}
