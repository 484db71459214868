package org.moslora.tensors;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;

/**
 * Looks for entries that are no numbers, or infinite. All bits of such an entry's exponent are set; eight bytes are looked
 * at together, whatever the width of the entries in them.
 */
public final class NonFinite {
    /** Longs looked at between two questions whether there was one. */
    private static final int BLOCK = 1 << 12;

    private NonFinite() {}

    /**
     * Makes sure that a model can compute with a tensor; one of whole numbers always is sound.
     *
     * @throws InvalidInput naming file, tensor and entry where one is not finite
     */
    public static void refuse(WeightSource source, String name) {
        TensorInfo info = source.info(name);
        if (!info.dtype().isFloating()) {
            return;
        }
        long start = 0;
        for (ByteBuffer piece : source.bytes(name)) {
            OptionalLong found = first(info.dtype(), piece);
            if (found.isPresent()) {
                long entry = start + found.getAsLong();
                throw new InvalidInput(
                        source.file(name).toString(),
                        "tensor " + NameExcerpt.name(source.spelled(name)) + " holds "
                                + value(info.dtype(), piece, (int) found.getAsLong()) + " at "
                                + place(entry, info.shape())
                                + ", so that nothing can be computed with it: was training broken off by an overflow, or the"
                                + " file damaged?");
            }
            start += piece.remaining() / info.dtype().bytes();
        }
    }

    /** Refuses every tensor of a source that is not finite, at the first. */
    public static void refuse(WeightSource source) {
        for (String name : source.names()) {
            Packed packed = source.packed(name).orElse(null);
            if (packed == null) {
                refuse(source, name);
            } else {
                packed.names().forEach(part -> refuse(packed.parts(), part));
            }
        }
    }

    /** Tells of every tensor of a source that is not finite. */
    public static void refuse(WeightSource source, Problems problems) {
        source.names().forEach(name -> problems.collect(() -> refuse(source, name)));
    }

    /** The first entry of these little-endian bytes that is not finite; the buffer's position stays. */
    static OptionalLong first(DType type, ByteBuffer bytes) {
        ByteBuffer own = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        long mask = exponent(type);
        long one = lowest(type);
        LongBuffer longs = own.asLongBuffer();
        long[] block = new long[BLOCK];
        int at = 0;
        while (longs.hasRemaining()) {
            int count = Math.min(BLOCK, longs.remaining());
            longs.get(block, 0, count);
            if (anyIn(block, count, mask, one)) {
                return OptionalLong.of(exact(type, own, at));
            }
            at += count * Long.BYTES;
        }
        long rest = exact(type, own, at);
        return rest < 0 ? OptionalLong.empty() : OptionalLong.of(rest);
    }

    /** Where an exponent is all ones, adding its lowest bit carries into the bit of the sign, which was cleared. */
    private static boolean anyIn(long[] block, int count, long mask, long one) {
        long carried = 0;
        for (int i = 0; i < count; i++) {
            carried |= (block[i] & mask) + one;
        }
        long signs = (mask << 1) & ~mask;
        return (carried & signs) != 0;
    }

    /** Entry by entry from a byte on; negative where all are finite. */
    private static long exact(DType type, ByteBuffer bytes, int from) {
        int width = type.bytes();
        for (int at = bytes.position() + from; at < bytes.limit(); at += width) {
            if (!Double.isFinite(read(type, bytes, at))) {
                return ((long) at - bytes.position()) / width;
            }
        }
        return -1;
    }

    private static double read(DType type, ByteBuffer bytes, int at) {
        return switch (type) {
            case F64 -> bytes.getDouble(at);
            case F32 -> bytes.getFloat(at);
            case F16 -> HalfFloats.fromFloat16(bytes.getShort(at));
            case BF16 -> HalfFloats.fromBfloat16(bytes.getShort(at));
            case F8_E4M3 -> Float8.fromE4m3(bytes.get(at));
            case F8_E5M2 -> Float8.fromE5m2(bytes.get(at));
            default -> throw new IllegalArgumentException("no floating-point type: " + type);
        };
    }

    private static String value(DType type, ByteBuffer piece, int entry) {
        ByteBuffer own = piece.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        double value = read(type, own, own.position() + entry * type.bytes());
        return Double.isNaN(value) ? "NaN" : value > 0 ? "infinity" : "-infinity";
    }

    private static String place(long entry, List<Long> shape) {
        long[] index = new long[shape.size()];
        long rest = entry;
        for (int i = index.length - 1; i >= 0; i--) {
            index[i] = rest % shape.get(i);
            rest /= shape.get(i);
        }
        return Arrays.toString(index);
    }

    /** The bits of the exponents in eight bytes. */
    private static long exponent(DType type) {
        return switch (type) {
            case F64 -> 0x7ff0_0000_0000_0000L;
            case F32 -> 0x7f80_0000_7f80_0000L;
            case F16 -> 0x7c00_7c00_7c00_7c00L;
            case BF16 -> 0x7f80_7f80_7f80_7f80L;
            // Without infinities: no number is where the fraction is all ones, too.
            case F8_E4M3 -> 0x7f7f_7f7f_7f7f_7f7fL;
            case F8_E5M2 -> 0x7c7c_7c7c_7c7c_7c7cL;
            default -> throw new IllegalArgumentException("no floating-point type: " + type);
        };
    }

    /** The lowest bit of each exponent. */
    private static long lowest(DType type) {
        long mask = exponent(type);
        return mask & ~(mask << 1);
    }
}
