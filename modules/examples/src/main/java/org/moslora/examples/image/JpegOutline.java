package org.moslora.examples.image;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The segments of a JPEG file, walked without decoding: decoders fill what is missing from a truncated file with
 * grey and say nothing.
 *
 * @param width of the frame, 0 if there is no frame
 * @param height of the frame
 * @param components colour components of the frame, 0 if there is no frame
 * @param adobeTransform the transform of the Adobe segment, -1 without one
 * @param metadata EXIF and XMP
 * @param complete whether the end-of-image marker is there
 */
record JpegOutline(int width, int height, int components, int adobeTransform, Metadata metadata, boolean complete) {
    private static final String XMP = "http://ns.adobe.com/xap/1.0/\0";

    static JpegOutline read(byte[] file) {
        Walk walk = new Walk(file);
        boolean complete = walk.run();
        return new JpegOutline(
                walk.width, walk.height, walk.components, walk.transform, new Metadata(walk.exif, walk.xmp), complete);
    }

    private static final class Walk {
        private final byte[] file;
        private int width;
        private int height;
        private int components;
        private int transform = -1;
        private byte @Nullable [] exif;
        private byte @Nullable [] xmp;

        Walk(byte[] file) {
            this.file = file;
        }

        /** Goes through all markers; whether the end of the image was among them. */
        boolean run() {
            int at = 2;
            while (true) {
                at = nextMarker(at);
                if (at < 0) {
                    return false;
                }
                int marker = file[at] & 0xff;
                at++;
                if (marker == 0xd9) {
                    return true;
                } else if ((marker >= 0xd0 && marker <= 0xd8) || marker == 0x01) {
                    continue; // restart markers and the like have no length
                }
                if (at + 2 > file.length) {
                    return false;
                }
                int length = word(at);
                if (length < 2 || at + length > file.length) {
                    return false;
                }
                segment(marker, at + 2, at + length);
                at += length;
            }
        }

        private int word(int at) {
            return ((file[at] & 0xff) << 8) | (file[at + 1] & 0xff);
        }

        /** The place of the byte after the next FF that begins a marker, -1 if there is none. */
        private int nextMarker(int from) {
            for (int i = from; i + 1 < file.length; i++) {
                if (file[i] == (byte) 0xff && file[i + 1] != 0 && file[i + 1] != (byte) 0xff) {
                    return i + 1;
                }
            }
            return -1;
        }

        private void segment(int marker, int from, int to) {
            boolean frame = marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
            if (frame && components == 0 && to - from >= 6) {
                height = word(from + 1);
                width = word(from + 3);
                components = file[from + 5] & 0xff;
            } else if (marker == 0xee && to - from >= 12 && PictureKind.at(file, from, "Adobe")) {
                transform = file[from + 11] & 0xff;
            } else if (marker == 0xe1 && exif == null && PictureKind.at(file, from, "Exif\0\0")) {
                exif = Arrays.copyOfRange(file, Math.min(to, from + 6), to);
            } else if (marker == 0xe1 && xmp == null && PictureKind.at(file, from, XMP)) {
                xmp = Arrays.copyOfRange(file, Math.min(to, from + XMP.length()), to);
            }
        }
    }
}
