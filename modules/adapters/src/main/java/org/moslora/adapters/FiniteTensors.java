package org.moslora.adapters;

import java.nio.ByteBuffer;
import org.moslora.problems.Problems;
import org.moslora.tensors.DType;
import org.moslora.tensors.TensorInfo;
import org.moslora.tensors.WeightSource;

/** Whether an adapter's tensors are numbers: one that is not makes everything that is computed of it none either. */
final class FiniteTensors {
    private FiniteTensors() {}

    /** Tells of every tensor with a NaN or an infinite value. */
    static void check(WeightSource source, Problems problems) {
        for (String name : source.names()) {
            TensorInfo info = source.info(name);
            long at = info.dtype().isFloating() ? first(source, info) : -1;
            if (at >= 0) {
                problems.add(
                        source.file(name).toString(),
                        "%s holds a value that is no number or infinite (the first of them is number %d of %d); was it"
                                + " saved after a training that diverged?",
                        name,
                        at + 1,
                        info.elements());
            }
        }
    }

    /** Where the first one is, −1 where there is none: an exponent of ones only. */
    private static long first(WeightSource source, TensorInfo info) {
        long before = 0;
        for (ByteBuffer piece : source.bytes(info.name())) {
            int count = piece.remaining() / info.dtype().bytes();
            int at = first(piece, info.dtype(), count);
            if (at >= 0) {
                return before + at;
            }
            before += count;
        }
        return -1;
    }

    private static int first(ByteBuffer piece, DType type, int count) {
        int start = piece.position();
        for (int i = 0; i < count; i++) {
            boolean finite = switch (type) {
                case F64 -> Double.isFinite(piece.getDouble(start + 8 * i));
                case F32 -> (piece.getInt(start + 4 * i) & 0x7f80_0000) != 0x7f80_0000;
                case F16 -> (piece.getShort(start + 2 * i) & 0x7c00) != 0x7c00;
                case BF16 -> (piece.getShort(start + 2 * i) & 0x7f80) != 0x7f80;
                default -> true;
            };
            if (!finite) {
                return i;
            }
        }
        return -1;
    }
}
