package org.moslora.layers.quantised;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;

/** Writes what a kernel makes of one stretch of a weight. */
final class Pieces {
    private Pieces() {}

    static void write(WritableByteChannel channel, Arena arena, String kernel, Object... arguments) throws IOException {
        try (Arena piece = arena.child()) {
            NDArray made = Kernels.get().one(piece, kernel, arguments);
            ByteBuffer bytes = made.toByteBuffer();
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
    }
}
