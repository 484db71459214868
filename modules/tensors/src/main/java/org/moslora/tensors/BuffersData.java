package org.moslora.tensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.List;

/** A tensor whose bytes are at hand. */
record BuffersData(TensorInfo info, List<ByteBuffer> bytes) implements TensorData {
    BuffersData {
        bytes = List.copyOf(bytes);
        long given = bytes.stream().mapToLong(ByteBuffer::remaining).sum();
        if (given != info.byteSize()) {
            throw new IllegalArgumentException(info + " takes " + info.byteSize() + " bytes, got " + given);
        }
    }

    @Override
    public void writeTo(WritableByteChannel channel) throws IOException {
        writeAll(channel, bytes);
    }

    static void writeAll(WritableByteChannel channel, List<ByteBuffer> buffers) throws IOException {
        for (ByteBuffer buffer : buffers) {
            ByteBuffer rest = buffer.duplicate();
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
        }
    }
}
