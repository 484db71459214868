package org.moslora.examples.image;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.apache.commons.imaging.ImageFormat;
import org.apache.commons.imaging.ImageFormats;
import org.apache.commons.imaging.Imaging;
import org.apache.commons.imaging.bytesource.ByteSource;
import org.moslora.problems.InvalidInput;

/** The kinds of picture that can be decoded, told from their first bytes; names of files mean nothing. */
enum PictureKind {
    JPEG,
    PNG,
    GIF,
    BMP,
    TIFF,
    WEBP;

    /** How many bytes from the start of a file are enough for {@link #of}. */
    static final int HEAD = 512;

    /**
     * The kind of a file.
     *
     * @param where the file, for messages
     * @param start its first {@value #HEAD} bytes or more
     * @throws InvalidInput naming what the file is, if it is no picture that can be read
     */
    static PictureKind of(String where, byte[] start) {
        byte[] head = Arrays.copyOf(start, Math.min(start.length, HEAD));
        if (head.length == 0) {
            throw new InvalidInput(where, "is empty: 0 bytes, not a picture");
        }
        PictureKind kind = known(head);
        if (kind == null) {
            throw new InvalidInput(where, "is " + describe(head) + "; readable are JPEG, PNG, WebP, GIF, BMP and TIFF");
        }
        return kind;
    }

    private static @org.jspecify.annotations.Nullable PictureKind known(byte[] head) {
        if (at(head, 0, "RIFF") && at(head, 8, "WEBP")) {
            return WEBP;
        }
        ImageFormat format = guess(head);
        if (format == ImageFormats.JPEG) {
            return JPEG;
        } else if (format == ImageFormats.PNG) {
            return PNG;
        } else if (format == ImageFormats.GIF) {
            return GIF;
        } else if (format == ImageFormats.BMP) {
            return BMP;
        }
        return format == ImageFormats.TIFF ? TIFF : null;
    }

    private static ImageFormat guess(byte[] head) {
        try {
            return Imaging.guessFormat(ByteSource.array(head));
        } catch (java.io.IOException | RuntimeException tooShort) {
            return ImageFormats.UNKNOWN;
        }
    }

    private static String describe(byte[] head) {
        if (at(head, 4, "ftyp")) {
            return isoMedia(new String(head, 8, Math.min(4, head.length - 8), StandardCharsets.ISO_8859_1));
        }
        String text = new String(head, StandardCharsets.ISO_8859_1).strip().toLowerCase(Locale.ROOT);
        if (text.contains("<svg")) {
            return "an SVG drawing, which has no pixels";
        } else if (text.startsWith("<!doctype html") || text.contains("<html")) {
            return "an HTML page, not a picture; the download probably failed";
        } else if (text.startsWith("<?xml") || text.startsWith("{") || text.startsWith("version https://git-lfs")) {
            return text.startsWith("v") ? "a Git LFS pointer; fetch the file itself with git lfs pull" : "text";
        } else if (text.startsWith("%pdf")) {
            return "a PDF document";
        } else if (at(head, 4, "jP  ") || at(head, 4, "JXL ")) {
            return at(head, 4, "JXL ") ? "a JPEG XL picture" : "a JPEG 2000 picture";
        }
        ImageFormat format = guess(head);
        return format == ImageFormats.UNKNOWN ? "of no known picture kind" : "a picture of kind " + format.getName();
    }

    private static String isoMedia(String brand) {
        if (brand.startsWith("avi")) {
            return "an AVIF picture";
        }
        boolean heic =
                brand.startsWith("hei") || brand.startsWith("hev") || brand.equals("mif1") || brand.equals("msf1");
        return heic ? "an HEIC picture; convert it to JPEG first" : "a video or another ISO media file";
    }

    static boolean at(byte[] bytes, int offset, String magic) {
        for (int i = 0; i < magic.length(); i++) {
            if (offset + i >= bytes.length || bytes[offset + i] != (byte) magic.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
