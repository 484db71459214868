package org.moslora.layers;

import ai.djl.ndarray.NDArray;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.DType;
import org.moslora.tensors.NonFinite;
import org.moslora.tensors.Packed;
import org.moslora.tensors.TensorInfo;
import org.moslora.tensors.WeightSource;

/**
 * Weights as arrays: mapped, not copied, where the file holds the format in which the model computes and it computes
 * on the CPU; converted or moved otherwise. Quantised weights stay as they are in a layer, and are unpacked where an
 * array is asked for.
 */
public final class FrozenTensors {
    /** Bytes of files whose tensors were made anew, after which their pages are given back. */
    private static final long PAGES = 64L << 20;

    private final WeightSource source;
    private final Arena arena;
    private final Compute compute;
    private final QuantisedTensors quantised;
    private long converted;

    /** @param arena owns the arrays, and with them the mapped memory */
    public FrozenTensors(WeightSource source, Arena arena, Compute compute) {
        this.source = source;
        this.arena = arena;
        this.compute = compute;
        this.quantised = new QuantisedTensors(arena, compute);
    }

    /** The shape of a tensor. */
    public List<Long> shape(String name) {
        return source.info(name).shape();
    }

    /**
     * A frozen layer over a weight in the model's format, or as it is held where that is quantised.
     *
     * @param weight the name of its weight
     * @param bias the name of its bias, or null
     */
    public Linear linear(Site site, String weight, @Nullable String bias) {
        NDArray own = bias == null ? null : get(bias);
        Optional<Packed> packed = source.packed(weight);
        if (packed.isPresent()) {
            return new Linear(site, quantised.get(packed.get(), wanted()), own);
        }
        return isOffloaded(source.info(weight))
                ? new Linear(site, offloaded(source.info(weight)), own)
                : new Linear(site, get(weight), own);
    }

    private boolean isOffloaded(TensorInfo info) {
        return compute.keptWeights() < Long.MAX_VALUE && isConverted(info, compute) && !source.isMade(info.name());
    }

    private OffloadedWeight offloaded(TensorInfo info) {
        long bytes = info.elements() * compute.precision().bytes();
        return new OffloadedWeight(mapped(info, format(info)), wanted(), compute.deviceName(), bytes);
    }

    private int wanted() {
        return compute.precision().scalarType();
    }

    private static boolean isReadMapped(int format, int wanted, Compute compute) {
        return format == wanted && !compute.device().isGpu();
    }

    /**
     * One tensor in the model's format on its device.
     *
     * @throws InvalidInput when its format holds no real numbers
     */
    public NDArray get(String name) {
        return in(name, wanted());
    }

    /** One tensor in fp32, whatever the model computes in. */
    public NDArray wide(String name) {
        return in(name, Precision.FP32.scalarType());
    }

    /** One plain tensor in the format that its file has, mapped on the CPU; one of 8 bits in bfloat16. */
    public static NDArray asStored(WeightSource source, Arena arena, String name) {
        FrozenTensors own = new FrozenTensors(source, arena, Compute.cpu());
        TensorInfo info = source.info(name);
        return info.dtype().isNarrow() ? own.in(name, Precision.BF16.scalarType()) : own.mapped(info, format(info));
    }

    /** Lets go of the memory of files whose tensors have all been made anew as a model computes: nothing reads them again. */
    public static void release(WeightSource source, Compute compute) {
        Set<Path> copied = new HashSet<>();
        Set<Path> read = new HashSet<>();
        for (String name : source.names()) {
            boolean anew = source.packed(name).isEmpty() && isConverted(source.info(name), compute);
            (anew ? copied : read).add(source.file(name));
        }
        copied.removeAll(read);
        if (!copied.isEmpty()) {
            IdleMemory.giveBack(copied);
        }
    }

    private static boolean isConverted(TensorInfo info, Compute compute) {
        return switch (info.dtype()) {
            case F32, BF16, F16, F64, F8_E4M3, F8_E5M2 ->
                !isReadMapped(format(info), compute.precision().scalarType(), compute);
            default -> false;
        };
    }

    private NDArray in(String name, int wanted) {
        Optional<Packed> packed = source.packed(name);
        if (packed.isPresent()) {
            try (Arena parts = arena.child()) {
                Quantised held = new QuantisedTensors(parts, compute).get(packed.get(), wanted);
                return Linear.unpacked(arena, held, parts.none());
            }
        }
        TensorInfo info = source.info(name);
        int format = format(info);
        NDArray mapped = mapped(info, format);
        if (isReadMapped(format, wanted, compute) && !source.isMade(name)) {
            return mapped;
        }
        try (mapped) {
            NDArray made = Kernels.get().one(arena, "converted", mapped, wanted, compute.deviceName());
            converted += info.byteSize();
            return made;
        } finally {
            if (converted >= PAGES) {
                // Or all of a file were in memory beside what it becomes.
                converted = 0;
                IdleMemory.giveBack(Set.of(source.file(name)));
            }
        }
    }

    private NDArray mapped(TensorInfo info, int format) {
        NonFinite.refuse(source, info.name());
        long[] shape = info.shape().stream().mapToLong(Long::longValue).toArray();
        return mapped(arena, source, info.name(), format, shape);
    }

    /** A window onto a tensor's bytes, in whatever format they are to be seen. */
    static NDArray mapped(Arena arena, WeightSource source, String name, int format, long... shape) {
        List<ByteBuffer> pieces = source.bytes(name);
        if (pieces.size() == 1) {
            return Tensors.over(arena, pieces.get(0), format, shape);
        }
        // Beyond 2 GiB the mapping comes in pieces that do not lie side by side.
        long bytes = pieces.stream().mapToLong(ByteBuffer::remaining).sum();
        long entries = LongStream.of(shape).reduce(1, (a, b) -> a * b);
        try (Arena parts = arena.child()) {
            List<NDArray> flat = new ArrayList<>();
            for (ByteBuffer piece : pieces) {
                flat.add(Tensors.over(parts, piece, format, new long[] {piece.remaining() / (bytes / entries)}));
            }
            NDArray whole = Kernels.get().one(parts, "concatenated", flat, 0);
            return Kernels.get().one(arena, "window", whole, 0, shape);
        }
    }

    private static int format(TensorInfo info) {
        return switch (info.dtype()) {
            case F32 -> Precision.FP32.scalarType();
            case BF16 -> Precision.BF16.scalarType();
            case F16 -> KernelSource.format("float16");
            case F64 -> KernelSource.format("float64");
            case F8_E4M3 -> KernelSource.format("float8_e4m3fn");
            case F8_E5M2 -> KernelSource.format("float8_e5m2");
            default ->
                throw new InvalidInput(
                        info.name(),
                        "is stored as " + info.dtype() + "; weights must be " + DType.F32 + ", " + DType.F16 + " or "
                                + DType.BF16 + ", or fp8 (is this a quantised checkpoint?)");
        };
    }
}
