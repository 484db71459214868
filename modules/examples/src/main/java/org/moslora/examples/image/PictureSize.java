package org.moslora.examples.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Width and height from the first bytes of a file. Read here rather than by a library because libraries allocate what
 * a damaged length asks for.
 *
 * @param width in pixels; 0 or less if the bytes do not say
 * @param height in pixels
 */
record PictureSize(int width, int height) {
    private static final PictureSize UNKNOWN = new PictureSize(0, 0);

    /** @param start the beginning of the file, or all of it */
    static PictureSize of(PictureKind kind, byte[] start) {
        ByteBuffer in = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN);
        try {
            return switch (kind) {
                case JPEG -> jpeg(start);
                case PNG -> png(start, in);
                case GIF -> gif(start);
                case BMP -> bmp(in);
                case TIFF -> tiff(start);
                case WEBP -> webp(start, in);
            };
        } catch (IndexOutOfBoundsException tooShort) {
            return UNKNOWN;
        }
    }

    private static PictureSize jpeg(byte[] start) {
        JpegOutline outline = JpegOutline.read(start);
        return new PictureSize(outline.width(), outline.height());
    }

    private static PictureSize png(byte[] start, ByteBuffer in) {
        in.order(ByteOrder.BIG_ENDIAN);
        boolean header = PictureKind.at(start, 12, "IHDR");
        return header ? new PictureSize(in.getInt(16), in.getInt(20)) : UNKNOWN;
    }

    private static PictureSize gif(byte[] start) {
        GifOutline outline = GifOutline.read(start);
        return new PictureSize(outline.width(), outline.height());
    }

    private static PictureSize bmp(ByteBuffer in) {
        boolean old = in.getInt(14) == 12;
        // A picture that is stored from the top down has a negative height.
        return old
                ? new PictureSize(in.getShort(18) & 0xffff, in.getShort(20) & 0xffff)
                : new PictureSize(in.getInt(18), Math.abs(in.getInt(22)));
    }

    private static PictureSize tiff(byte[] start) {
        List<Ifd> pages = Ifd.all(start);
        return pages.isEmpty()
                ? UNKNOWN
                : new PictureSize(pages.get(0).value(Ifd.WIDTH, 0), pages.get(0).value(Ifd.HEIGHT, 0));
    }

    private static PictureSize webp(byte[] start, ByteBuffer in) {
        if (PictureKind.at(start, 12, "VP8X")) {
            return new PictureSize(1 + (in.getInt(24) & 0xffffff), 1 + (in.getInt(26) >>> 8));
        } else if (PictureKind.at(start, 12, "VP8L")) {
            int bits = in.getInt(21);
            return new PictureSize(1 + (bits & 0x3fff), 1 + ((bits >>> 14) & 0x3fff));
        } else if (PictureKind.at(start, 12, "VP8 ")) {
            return new PictureSize(in.getShort(26) & 0x3fff, in.getShort(28) & 0x3fff);
        }
        return UNKNOWN;
    }
}
