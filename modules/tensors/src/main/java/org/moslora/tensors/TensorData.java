package org.moslora.tensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.List;

/** A tensor that can be written: what it is, and its values whenever they are asked for. */
public interface TensorData {
    /** Name, type and shape as they are to stand in the file. */
    TensorInfo info();

    /** Writes exactly {@code info().byteSize()} bytes: row-major, little-endian. */
    void writeTo(WritableByteChannel channel) throws IOException;

    /**
     * Floats as F32. The array is not copied: it is read when the tensor is written.
     *
     * @throws IllegalArgumentException if the array's length is not the shape's
     */
    static TensorData of(String name, List<Long> shape, float[] values) {
        return of(name, shape, values, DType.F32);
    }

    /**
     * Floats as F32, F16, BF16 or F64, rounded to nearest even. The array is not copied.
     *
     * @throws IllegalArgumentException if the array's length is not the shape's, or for another type
     */
    static TensorData of(String name, List<Long> shape, float[] values, DType dtype) {
        return new FloatsData(new TensorInfo(name, dtype, shape), values);
    }

    /**
     * Little-endian bytes, one buffer after the other, each from its position to its limit. They are not copied, and
     * their positions are left alone.
     *
     * @throws IllegalArgumentException if the buffers have another number of bytes than {@code info}
     */
    static TensorData of(TensorInfo info, List<ByteBuffer> bytes) {
        return new BuffersData(info, bytes);
    }

    /** A tensor of a source, unchanged; it is mapped only while it is written, so the source must still be open then. */
    static TensorData copy(WeightSource source, String name) {
        return copy(source, name, name);
    }

    /** A tensor of a source under another name; see {@link #copy(WeightSource, String)}. */
    static TensorData copy(WeightSource source, String name, String newName) {
        return new CopiedData(source, name, source.info(name).named(newName));
    }
}
