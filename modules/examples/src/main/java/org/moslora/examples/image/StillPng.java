package org.moslora.examples.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/**
 * A PNG file without what its pixels do not need. OpenCV 4.13 plays an animated PNG itself, and writes beyond its
 * canvas where frames contradict the header or the first of them is no part of the animation; what is read here is the
 * still picture, so no frame ever gets there.
 */
final class StillPng {
    private static final int SIGNATURE = 8;
    /** Length and name before a chunk's content, checksum behind it. */
    private static final int AROUND = 12;

    private StillPng() {}

    /** The same file up to its end chunk, without its ancillary chunks but transparency. */
    static byte[] of(byte[] file) {
        ByteArrayOutputStream kept = new ByteArrayOutputStream(file.length);
        kept.write(file, 0, Math.min(SIGNATURE, file.length));
        ByteBuffer in = ByteBuffer.wrap(file);
        int at = SIGNATURE;
        while (at + AROUND <= file.length) {
            int length = in.getInt(at);
            if (length < 0 || length > file.length - at - AROUND) {
                break;
            }
            if (!ancillary(file, at + 4) || PictureKind.at(file, at + 4, "tRNS")) {
                kept.write(file, at, length + AROUND);
            }
            if (PictureKind.at(file, at + 4, "IEND")) {
                break;
            }
            at += length + AROUND;
        }
        return kept.toByteArray();
    }

    /** A name of four letters whose first is small; what is no name at all is left for the decoder to refuse. */
    private static boolean ancillary(byte[] file, int name) {
        for (int i = name; i < name + 4; i++) {
            int letter = file[i] | 0x20;
            if (letter < 'a' || letter > 'z') {
                return false;
            }
        }
        return (file[name] & 0x20) != 0;
    }
}
