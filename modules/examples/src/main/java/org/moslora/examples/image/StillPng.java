package org.moslora.examples.image;

import java.io.ByteArrayOutputStream;

/**
 * A PNG file without what its pixels do not need. OpenCV 4.13 plays an animated PNG itself, and writes beyond its
 * canvas where frames contradict the header or the first of them is no part of the animation; what is read here is the
 * still picture, so no frame ever gets there.
 */
final class StillPng {
    private StillPng() {}

    /** The same file up to its end chunk, without its ancillary chunks but transparency. */
    static byte[] of(byte[] file) {
        ByteArrayOutputStream kept = new ByteArrayOutputStream(file.length);
        kept.write(file, 0, Math.min(PngChunk.SIGNATURE, file.length));
        for (PngChunk chunk : PngChunk.of(file)) {
            if (!chunk.isAncillary() || chunk.is("tRNS")) {
                kept.write(file, chunk.at(), chunk.end() - chunk.at());
            }
        }
        return kept.toByteArray();
    }
}
