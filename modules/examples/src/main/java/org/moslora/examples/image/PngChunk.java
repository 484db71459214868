package org.moslora.examples.image;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A chunk of a PNG file.
 *
 * @param file all of it
 * @param at where the chunk begins: four bytes of length, four of name, the content, four of checksum
 * @param length of the content
 */
@SuppressWarnings("ArrayRecordComponent")
record PngChunk(byte[] file, int at, int length) {
    /** The bytes before the first chunk. */
    static final int SIGNATURE = 8;

    private static final int HEAD = 8;
    private static final int CHECKSUM = 4;
    private static final String END = "IEND";

    /** A file's chunks up to the closing one, or to where it is cut off. */
    static List<PngChunk> of(byte[] file) {
        List<PngChunk> chunks = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(file);
        int at = SIGNATURE;
        while (at + HEAD + CHECKSUM <= file.length) {
            PngChunk chunk = new PngChunk(file, at, in.getInt(at));
            if (chunk.length < 0 || chunk.length > file.length - at - HEAD - CHECKSUM) {
                break;
            }
            chunks.add(chunk);
            if (chunk.isLast()) {
                break;
            }
            at = chunk.end();
        }
        return chunks;
    }

    boolean is(String name) {
        return PictureKind.at(file, at + 4, name);
    }

    /** Whether nothing comes behind it. */
    boolean isLast() {
        return is(END);
    }

    /** Where its content begins. */
    int from() {
        return at + HEAD;
    }

    /** Where the next one begins. */
    int end() {
        return from() + length + CHECKSUM;
    }

    /** A name of four letters whose first is small; what is no name at all is left for the decoder to refuse. */
    boolean isAncillary() {
        for (int i = at + 4; i < at + HEAD; i++) {
            int letter = file[i] | 0x20;
            if (letter < 'a' || letter > 'z') {
                return false;
            }
        }
        return (file[at + 4] & 0x20) != 0;
    }
}
