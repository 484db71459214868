package org.moslora.layers;

import ai.djl.ndarray.NDArray;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.moslora.tensors.NonFinite;
import org.moslora.tensors.Packed;
import org.moslora.tensors.PackedInt8;
import org.moslora.tensors.PackedNf4;
import org.moslora.tensors.WeightSource;

/** Packed weights as arrays over the mapped file: codes and scales are not copied unless the device asks for it. */
final class QuantisedTensors {
    private static final int BYTES = 0;
    private static final int SIGNED_BYTES = 1;
    private static final int PAIRS_OF_BYTES = 2;

    private final Arena arena;
    private final Compute compute;
    private final Map<List<Float>, NDArray> tables = new HashMap<>();

    QuantisedTensors(Arena arena, Compute compute) {
        this.arena = arena;
        this.compute = compute;
    }

    /** @param format libtorch's code of the number format that kernels unpack it into */
    Quantised get(Packed packed, int format) {
        if (packed instanceof PackedNf4 nf4) {
            return nf4(nf4, like(packed, format));
        }
        PackedInt8 int8 = (PackedInt8) packed;
        long[] shape = int8.shape().stream().mapToLong(Long::longValue).toArray();
        NDArray codes = mapped(int8, "", SIGNED_BYTES, shape);
        return new Int8(
                codes, mapped(int8, PackedInt8.SCALES, Precision.FP32.scalarType(), shape[0]), like(packed, format));
    }

    private Nf4 nf4(PackedNf4 packed, NDArray like) {
        long blocks = PackedNf4.blocks(packed.elements());
        boolean whole = packed.elements() % PackedNf4.BLOCK == 0;
        NDArray codes = whole
                ? mapped(packed, "", PAIRS_OF_BYTES, packed.elements() / 4)
                : mapped(packed, "", BYTES, (packed.elements() + 1) / 2);
        int floats = Precision.FP32.scalarType();
        NDArray table = tables.computeIfAbsent(floats(packed, PackedNf4.LEVELS), this::table);
        if (!packed.nested()) {
            NDArray scales = mapped(packed, PackedNf4.SCALES, floats, blocks);
            return new Nf4(codes, scales, arena.none(), arena.none(), table, like);
        }
        NDArray scales = mapped(packed, PackedNf4.SCALES, BYTES, blocks);
        NDArray outer = mapped(packed, PackedNf4.OUTER, floats, PackedNf4.groups(blocks));
        return new Nf4(codes, scales, outer, nested(packed), table, like);
    }

    private NDArray table(List<Float> levels) {
        return Kernels.get().one(arena, "nf4_table", array(levels));
    }

    /** The scales' levels, and behind them what they are counted from. */
    private NDArray nested(PackedNf4 packed) {
        List<Float> levels = floats(packed, PackedNf4.NESTED_LEVELS);
        levels.add((float) packed.offset());
        return array(levels);
    }

    private NDArray array(List<Float> values) {
        float[] plain = new float[values.size()];
        for (int i = 0; i < plain.length; i++) {
            plain[i] = values.get(i);
        }
        return arena.floats(plain, plain.length);
    }

    private NDArray like(Packed packed, int format) {
        long[] shape = new long[packed.shape().size() + 1];
        for (int i = 0; i < packed.shape().size(); i++) {
            shape[i] = packed.shape().get(i);
        }
        return Kernels.get().one(arena, "blank", shape, format, compute.deviceName());
    }

    private NDArray mapped(Packed packed, String suffix, int format, long... shape) {
        WeightSource parts = packed.parts();
        NonFinite.refuse(parts, packed.key() + suffix);
        NDArray mapped = FrozenTensors.mapped(arena, parts, packed.key() + suffix, format, shape);
        if (!compute.device().isGpu()) {
            return mapped;
        }
        try (mapped) {
            return Kernels.get().one(arena, "converted", mapped, format, compute.deviceName());
        }
    }

    private static List<Float> floats(PackedNf4 packed, String suffix) {
        NonFinite.refuse(packed.parts(), packed.key() + suffix);
        List<Float> values = new ArrayList<>();
        for (ByteBuffer piece : packed.parts().bytes(packed.key() + suffix)) {
            FloatBuffer floats = piece.asFloatBuffer();
            while (floats.hasRemaining()) {
                values.add(floats.get());
            }
        }
        return values;
    }
}
