package org.moslora.layers;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;
import java.util.List;
import org.moslora.tensors.DType;
import org.moslora.tensors.TensorData;
import org.moslora.tensors.TensorInfo;

/** An array to be written to a file as it is at that moment, stretch by stretch, so that no second copy stands whole. */
public final class ArrayData implements TensorData {
    private static final long STRETCH = 4L << 20;

    private final TensorInfo info;
    private final NDArray array;
    private final Arena arena;

    private ArrayData(TensorInfo info, NDArray array, Arena arena) {
        this.info = info;
        this.array = array;
        this.arena = arena;
    }

    /**
     * The array as fp32, whatever its own format.
     *
     * @param arena owns what is made on the way
     */
    public static ArrayData of(Arena arena, String name, NDArray array) {
        return of(arena, name, array, DType.F32);
    }

    /** The array as F32, F16 or BF16. */
    public static ArrayData of(Arena arena, String name, NDArray array, DType type) {
        List<Long> shape = Arrays.stream(array.getShape().getShape()).boxed().toList();
        return new ArrayData(new TensorInfo(name, type, shape), array, arena);
    }

    @Override
    public TensorInfo info() {
        return info;
    }

    @Override
    public void writeTo(WritableByteChannel channel) throws IOException {
        for (long start = 0; start < array.size(); start += STRETCH) {
            long count = Math.min(STRETCH, array.size() - start);
            try (Arena step = arena.child()) {
                NDArray bytes = Kernels.get().one(step, "stretch", array, start, count, format());
                ByteBuffer buffer = bytes.toByteBuffer();
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
            }
        }
    }

    private int format() {
        return switch (info.dtype()) {
            case F32 -> Precision.FP32.scalarType();
            case BF16 -> Precision.BF16.scalarType();
            case F16 -> KernelSource.format("float16");
            default -> throw new IllegalStateException("no array is written as " + info.dtype());
        };
    }
}
