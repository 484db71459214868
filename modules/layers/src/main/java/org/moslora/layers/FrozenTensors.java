package org.moslora.layers;

import ai.djl.ndarray.NDArray;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.DType;
import org.moslora.tensors.TensorInfo;
import org.moslora.tensors.WeightSource;

/**
 * Weights as arrays: mapped, not copied, where the file holds the format in which the model computes and it computes
 * on the CPU; converted or moved otherwise.
 */
public final class FrozenTensors {
    private final WeightSource source;
    private final Arena arena;
    private final Compute compute;

    /** @param arena owns the arrays, and with them the mapped memory */
    public FrozenTensors(WeightSource source, Arena arena, Compute compute) {
        this.source = source;
        this.arena = arena;
        this.compute = compute;
    }

    /**
     * One tensor in the model's format on its device.
     *
     * @throws InvalidInput when its format holds no real numbers
     */
    public NDArray get(String name) {
        return in(name, compute.precision().scalarType());
    }

    /** One tensor in fp32, whatever the model computes in. */
    public NDArray wide(String name) {
        return in(name, Precision.FP32.scalarType());
    }

    private NDArray in(String name, int wanted) {
        TensorInfo info = source.info(name);
        int format = format(info);
        NDArray mapped = mapped(info, format);
        if (format == wanted && !compute.device().isGpu()) {
            return mapped;
        }
        try (mapped) {
            return Kernels.get().one(arena, "converted", mapped, wanted, compute.deviceName());
        }
    }

    private NDArray mapped(TensorInfo info, int format) {
        List<ByteBuffer> pieces = source.bytes(info.name());
        long[] shape = info.shape().stream().mapToLong(Long::longValue).toArray();
        if (pieces.size() == 1) {
            return Tensors.over(arena, pieces.get(0), format, shape);
        }
        // Beyond 2 GiB the mapping comes in pieces that do not lie side by side.
        try (Arena parts = arena.child()) {
            List<NDArray> flat = new ArrayList<>();
            for (ByteBuffer piece : pieces) {
                long entries = piece.remaining() / info.dtype().bytes();
                flat.add(Tensors.over(parts, piece, format, new long[] {entries}));
            }
            NDArray whole = Kernels.get().one(parts, "concatenated", flat, 0);
            return Kernels.get().one(arena, "window", whole, 0, shape);
        }
    }

    private static int format(TensorInfo info) {
        return switch (info.dtype()) {
            case F32 -> Precision.FP32.scalarType();
            case BF16 -> Precision.BF16.scalarType();
            case F16 -> 5;
            case F64 -> 7;
            default ->
                throw new InvalidInput(
                        info.name(),
                        "is stored as " + info.dtype() + "; weights must be " + DType.F32 + ", " + DType.F16 + " or "
                                + DType.BF16 + " (is this a quantised checkpoint?)");
        };
    }
}
