package org.moslora.tensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.util.List;

/** A tensor on the heap, converted block by block while it is written. */
final class FloatsData implements TensorData {
    private static final int BLOCK = 1 << 16;

    private final TensorInfo info;
    private final float[] values;

    FloatsData(TensorInfo info, float[] values) {
        if (info.elements() != values.length) {
            throw new IllegalArgumentException(info + " has " + info.elements() + " elements, got " + values.length);
        }
        if (!info.dtype().isFloating() || info.dtype().isNarrow()) {
            throw new IllegalArgumentException("floats cannot be written as " + info.dtype());
        }
        this.info = info;
        this.values = values;
    }

    @Override
    public TensorInfo info() {
        return info;
    }

    @Override
    public void writeTo(WritableByteChannel channel) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(BLOCK * info.dtype().bytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < values.length; at += BLOCK) {
            block.clear();
            for (int i = at; i < Math.min(values.length, at + BLOCK); i++) {
                put(block, values[i]);
            }
            BuffersData.writeAll(channel, List.of(block.flip()));
        }
    }

    private void put(ByteBuffer block, float value) {
        switch (info.dtype()) {
            case F64 -> block.putDouble(value);
            case F32 -> block.putFloat(value);
            case F16 -> block.putShort(HalfFloats.toFloat16(value));
            case BF16 -> block.putShort(HalfFloats.toBfloat16(value));
            default -> throw new IllegalStateException("no floating-point type: " + info.dtype());
        }
    }
}
