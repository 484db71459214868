package org.moslora.tensors;

import java.io.IOException;
import java.nio.channels.WritableByteChannel;

/** A tensor of another source, perhaps renamed. */
record CopiedData(WeightSource source, String name, TensorInfo info) implements TensorData {
    @Override
    public void writeTo(WritableByteChannel channel) throws IOException {
        NonFinite.refuse(source, name);
        BuffersData.writeAll(channel, source.bytes(name));
    }
}
