package org.moslora.layers.quantised;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;
import org.moslora.tensors.DType;
import org.moslora.tensors.PackedInt8;
import org.moslora.tensors.TensorData;
import org.moslora.tensors.TensorInfo;

/** A weight as codes in 8 bits and a scale a row; codes are made when they are written, some rows at a time. */
final class Int8Tensors {
    private static final long ENTRIES_AT_A_TIME = 1L << 22;

    private Int8Tensors() {}

    /** @param arena owns what is made on the way */
    static List<TensorData> of(Arena arena, Packing like, WeightMaker maker) {
        float[] largest;
        try (Arena step = arena.child()) {
            largest = Kernels.get().one(step, "int8_largest", maker.make(step)).toFloatArray();
        }
        List<Long> rows = List.of((long) largest.length);
        return List.of(
                new Codes(arena, like, maker, largest), TensorData.of(like.key() + PackedInt8.SCALES, rows, largest));
    }

    private static final class Codes implements TensorData {
        private final Arena arena;
        private final Packing like;
        private final WeightMaker maker;
        private final float[] largest;

        private Codes(Arena arena, Packing like, WeightMaker maker, float[] largest) {
            this.arena = arena;
            this.like = like;
            this.maker = maker;
            this.largest = largest;
        }

        @Override
        public TensorInfo info() {
            return new TensorInfo(like.key(), DType.I8, like.shape());
        }

        @Override
        public void writeTo(WritableByteChannel channel) throws IOException {
            long rows = Math.max(1, ENTRIES_AT_A_TIME * largest.length / Math.max(1, info().elements()));
            try (Arena step = arena.child()) {
                NDArray weight = maker.make(step);
                NDArray scales = step.floats(largest, largest.length);
                for (long start = 0; start < largest.length; start += rows) {
                    long end = Math.min(start + rows, largest.length);
                    Pieces.write(channel, step, "int8_codes", weight, scales, start, end);
                }
            }
        }
    }
}
