package org.moslora.examples.image;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The image file directories of a TIFF file or an EXIF block, leniently: what cannot be read is left out, since a
 * damaged thumbnail or maker note does not spoil the orientation that stands before it.
 *
 * @param values the first value of every entry of a type of whole numbers, by tag
 */
record Ifd(Map<Integer, Integer> values) {
    static final int WIDTH = 256;
    static final int HEIGHT = 257;
    static final int BITS = 258;
    static final int PHOTOMETRIC = 262;
    static final int ORIENTATION = 274;
    static final int EXTRA_SAMPLES = 338;
    private static final int MOST = 10_000;

    int value(int tag, int otherwise) {
        return values.getOrDefault(tag, otherwise);
    }

    /** The directories of a block that begins with II or MM, in order; empty if it is no such block. */
    static List<Ifd> all(byte[] block) {
        List<Ifd> found = new ArrayList<>();
        try {
            ByteBuffer in = ByteBuffer.wrap(block);
            in.order(PictureKind.at(block, 0, "II") ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
            if (in.getShort(2) != 42) {
                return found;
            }
            Set<Integer> seen = new HashSet<>();
            int next = in.getInt(4);
            while (next > 0 && seen.add(next) && found.size() < MOST) {
                next = read(in, next, found);
            }
        } catch (IndexOutOfBoundsException | BufferUnderflowException | IllegalArgumentException truncated) {
            // What was found before the damage stays.
        }
        return found;
    }

    /** The orientation in the first directory, 0 if it gives none. */
    static int orientation(byte[] block) {
        List<Ifd> directories = all(block);
        return directories.isEmpty() ? 0 : directories.get(0).value(ORIENTATION, 0);
    }

    private static int read(ByteBuffer in, int offset, List<Ifd> found) {
        Map<Integer, Integer> values = new HashMap<>();
        found.add(new Ifd(values));
        int entries = in.getShort(offset) & 0xffff;
        for (int i = 0; i < entries; i++) {
            int entry = offset + 2 + 12 * i;
            int tag = in.getShort(entry) & 0xffff;
            int type = in.getShort(entry + 2);
            int count = in.getInt(entry + 4);
            if (type == 3) {
                // More than two shorts do not fit into the entry: they stand elsewhere.
                values.putIfAbsent(tag, in.getShort(count > 2 ? in.getInt(entry + 8) : entry + 8) & 0xffff);
            } else if (type == 4 && count == 1) {
                values.putIfAbsent(tag, in.getInt(entry + 8));
            } else if (type == 1 && count == 1) {
                values.putIfAbsent(tag, in.get(entry + 8) & 0xff);
            }
        }
        return in.getInt(offset + 2 + 12 * entries);
    }
}
