package org.moslora.layers.quantised;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.List;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;
import org.moslora.tensors.DType;
import org.moslora.tensors.PackedNf4;
import org.moslora.tensors.TensorData;
import org.moslora.tensors.TensorInfo;
import org.moslora.tensors.quantised.Nf4State;

/**
 * A weight as the tensors of NF4 in the layout of bitsandbytes. Its scales are made at once and kept, a sixtieth of its
 * entries; its codes when they are written, some blocks at a time.
 */
final class Nf4Tensors {
    private static final float[] LEVELS = {
        -1.0f,
        -0.6961928f,
        -0.52507305f,
        -0.3949175f,
        -0.28444138f,
        -0.18477343f,
        -0.091050036f,
        0.0f,
        0.0795803f,
        0.1609302f,
        0.2461123f,
        0.33791524f,
        0.44070983f,
        0.562617f,
        0.72295684f,
        1.0f
    };
    private static final long BLOCKS_AT_A_TIME = 1L << 13;

    private final Arena arena;
    private final String key;
    private final List<Long> shape;
    private final WeightMaker maker;
    private final float[] largest;

    private Nf4Tensors(Arena arena, String key, List<Long> shape, WeightMaker maker) {
        this.arena = arena;
        this.key = key;
        this.shape = shape;
        this.maker = maker;
        try (Arena step = arena.child()) {
            this.largest =
                    Kernels.get().one(step, "nf4_largest", maker.make(step)).toFloatArray();
        }
    }

    /**
     * The tensors of one weight.
     *
     * @param arena owns what is made on the way
     * @param like what the tensors are to be called after, the shape, the format stood for, and whether scales are nested
     */
    static List<TensorData> of(Arena arena, Packing like, WeightMaker maker) {
        Nf4Tensors weight = new Nf4Tensors(arena, like.key(), like.shape(), maker);
        List<TensorData> tensors = new ArrayList<>();
        tensors.add(weight.new Codes());
        tensors.add(TensorData.of(like.key() + PackedNf4.LEVELS, List.of((long) LEVELS.length), LEVELS));
        double offset = like.nested() ? weight.addNested(tensors) : weight.addPlain(tensors);
        Nf4State state = new Nf4State(like.shape(), like.type(), like.nested(), offset);
        tensors.add(bytes(like.key() + PackedNf4.STATE, state.bytes()));
        return tensors;
    }

    private double addPlain(List<TensorData> tensors) {
        tensors.add(TensorData.of(key + PackedNf4.SCALES, List.of((long) largest.length), largest));
        return 0;
    }

    private double addNested(List<TensorData> tensors) {
        try (Arena step = arena.child()) {
            NDArray levels = Kernels.get().one(step, "dynamic_levels");
            NDArray[] made = Kernels.get().call(step, "nf4_nested", step.floats(largest, largest.length), levels);
            float[] outer = made[1].toFloatArray();
            float[] nested = levels.toFloatArray();
            tensors.add(bytes(key + PackedNf4.SCALES, bytes(made[0])));
            tensors.add(TensorData.of(key + PackedNf4.OUTER, List.of((long) outer.length), outer));
            tensors.add(TensorData.of(key + PackedNf4.NESTED_LEVELS, List.of((long) nested.length), nested));
            return made[2].toFloatArray()[0];
        }
    }

    private static TensorData bytes(String name, byte[] values) {
        return TensorData.of(
                new TensorInfo(name, DType.U8, List.of((long) values.length)), List.of(ByteBuffer.wrap(values)));
    }

    private static byte[] bytes(NDArray array) {
        byte[] values = new byte[Math.toIntExact(array.size())];
        array.toByteBuffer().get(values);
        return values;
    }

    private final class Codes implements TensorData {
        @Override
        public TensorInfo info() {
            long elements = shape.stream().reduce(1L, Math::multiplyExact);
            return new TensorInfo(key, DType.U8, List.of((elements + 1) / 2, 1L));
        }

        @Override
        public void writeTo(WritableByteChannel channel) throws IOException {
            try (Arena step = arena.child()) {
                NDArray weight = maker.make(step);
                NDArray scales = step.floats(largest, largest.length);
                NDArray levels = step.floats(LEVELS, LEVELS.length);
                for (long start = 0; start < largest.length; start += BLOCKS_AT_A_TIME) {
                    long end = Math.min(start + BLOCKS_AT_A_TIME, largest.length);
                    Pieces.write(channel, step, "nf4_codes", weight, scales, levels, start, end);
                }
            }
        }
    }
}
