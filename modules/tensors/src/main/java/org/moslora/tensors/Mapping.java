package org.moslora.tensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;

/** Maps a stretch of a file, in pieces where one buffer cannot address it all. */
final class Mapping {
    /** A multiple of every element size, so that no element straddles two pieces. */
    private static final long PIECE = 1L << 30;

    private Mapping() {}

    static List<ByteBuffer> of(FileChannel channel, long start, long size) throws IOException {
        if (size == 0) {
            return List.of(ByteBuffer.allocateDirect(0).asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN));
        }
        if (size <= Integer.MAX_VALUE) {
            return List.of(map(channel, start, size));
        }
        List<ByteBuffer> pieces = new ArrayList<>();
        for (long done = 0; done < size; done += PIECE) {
            pieces.add(map(channel, start + done, Math.min(PIECE, size - done)));
        }
        return List.copyOf(pieces);
    }

    private static ByteBuffer map(FileChannel channel, long start, long size) throws IOException {
        return channel.map(FileChannel.MapMode.READ_ONLY, start, size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
