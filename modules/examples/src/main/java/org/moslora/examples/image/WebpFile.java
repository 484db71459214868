package org.moslora.examples.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A WebP file as its chunks. OpenCV decodes still pictures; the first frame of an animation is made into one.
 *
 * @param chunks in order; the last is missing if the file ends early
 */
record WebpFile(List<Chunk> chunks) {
    /**
     * One chunk.
     *
     * @param name four letters
     * @param content without the padding
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Chunk(String name, byte[] content) {}

    private static final int FRAME_HEADER = 16;

    static WebpFile read(byte[] file) {
        return new WebpFile(chunks(file, 12));
    }

    private static List<Chunk> chunks(byte[] bytes, int from) {
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        List<Chunk> found = new ArrayList<>();
        long at = from;
        while (at + 8 <= bytes.length) {
            int start = (int) at + 8;
            long length = in.getInt(start - 4) & 0xffffffffL;
            if (length > bytes.length - start) {
                break;
            }
            String name = new String(bytes, start - 8, 4, StandardCharsets.ISO_8859_1);
            found.add(new Chunk(name, Arrays.copyOfRange(bytes, start, start + (int) length)));
            at = start + length + (length & 1);
        }
        return found;
    }

    Metadata metadata() {
        return new Metadata(first("EXIF"), first("XMP "));
    }

    /** How many frames an animation has, 0 for a still picture. */
    int frames() {
        return (int)
                chunks.stream().filter(chunk -> chunk.name().equals("ANMF")).count();
    }

    private byte @Nullable [] first(String name) {
        return chunks.stream()
                .filter(chunk -> chunk.name().equals(name))
                .map(Chunk::content)
                .findFirst()
                .orElse(null);
    }

    /** The first frame of an animation on its canvas, whose rest is black; null if it cannot be decoded. */
    @Nullable
    Picture firstFrame() {
        byte[] canvas = first("VP8X");
        byte[] frame = first("ANMF");
        if (canvas == null || canvas.length < 10 || frame == null || frame.length < FRAME_HEADER) {
            return null;
        }
        Picture picture = OpenCvPixels.decode(still(frame));
        int width = 1 + int24(canvas, 4);
        int height = 1 + int24(canvas, 7);
        int left = 2 * int24(frame, 0);
        int top = 2 * int24(frame, 3);
        if (picture == null
                || (long) width * height > PictureHeader.MOST_PIXELS
                || left + picture.width() > width
                || top + picture.height() > height) {
            return null;
        }
        byte[] rgb = new byte[3 * width * height];
        for (int y = 0; y < picture.height(); y++) {
            int to = 3 * ((top + y) * width + left);
            System.arraycopy(picture.rgb(), 3 * y * picture.width(), rgb, to, 3 * picture.width());
        }
        return new Picture(width, height, rgb, picture.notes());
    }

    private static byte[] still(byte[] frame) {
        List<Chunk> parts = new ArrayList<>(chunks(frame, FRAME_HEADER));
        if (parts.stream().anyMatch(part -> part.name().equals("ALPH"))) {
            byte[] header = new byte[10];
            header[0] = 0x10; // there is alpha
            System.arraycopy(frame, 6, header, 4, 6); // width − 1 and height − 1 stand alike in both
            parts.add(0, new Chunk("VP8X", header));
        }
        int length = 4 + parts.stream().mapToInt(part -> 8 + padded(part)).sum();
        ByteBuffer out = ByteBuffer.allocate(8 + length).order(ByteOrder.LITTLE_ENDIAN);
        out.put(ascii("RIFF")).putInt(length).put(ascii("WEBP"));
        for (Chunk part : parts) {
            out.put(ascii(part.name())).putInt(part.content().length).put(part.content());
            out.position(out.position() + padded(part) - part.content().length);
        }
        return out.array();
    }

    private static int padded(Chunk chunk) {
        return chunk.content().length + (chunk.content().length & 1);
    }

    private static byte[] ascii(String name) {
        return name.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static int int24(byte[] bytes, int at) {
        return (bytes[at] & 0xff) | ((bytes[at + 1] & 0xff) << 8) | ((bytes[at + 2] & 0xff) << 16);
    }
}
