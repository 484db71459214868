package org.moslora.tensors;

import java.nio.ByteBuffer;
import java.util.function.ToDoubleFunction;
import org.moslora.problems.InvalidInput;

/** Floating-point tensors on the heap, and the two 16-bit formats that Java has no type for. */
public final class HalfFloats {
    private HalfFloats() {}

    /**
     * A tensor of F32, F16, BF16, F64 or 8 bits as floats, row-major; F64 is rounded.
     *
     * @throws InvalidInput if there is no such tensor, it is of another type, or it has more than 2^31 - 9 elements
     */
    public static float[] floats(WeightSource source, String name) {
        TensorInfo info = source.info(name);
        if (!info.dtype().isFloating()) {
            throw new InvalidInput(
                    source.file(name).toString(),
                    "tensor " + NameExcerpt.name(name) + " is " + info.dtype()
                            + ", expected F32, F16, BF16, F64 or fp8");
        }
        if (info.elements() > Integer.MAX_VALUE - 8) {
            throw new InvalidInput(
                    source.file(name).toString(),
                    "tensor " + NameExcerpt.name(name) + " has " + info.elements()
                            + " elements, too many for one array");
        }
        ToDoubleFunction<ByteBuffer> next = reader(info.dtype());
        float[] values = new float[(int) info.elements()];
        int at = 0;
        for (ByteBuffer piece : source.bytes(name)) {
            while (piece.hasRemaining()) {
                values[at++] = (float) next.applyAsDouble(piece);
            }
        }
        return values;
    }

    // Every float is exactly a double, NaN and infinities included, so going through one changes nothing.
    private static ToDoubleFunction<ByteBuffer> reader(DType type) {
        return switch (type) {
            case F64 -> ByteBuffer::getDouble;
            case F32 -> ByteBuffer::getFloat;
            case F16 -> bytes -> fromFloat16(bytes.getShort());
            case BF16 -> bytes -> fromBfloat16(bytes.getShort());
            case F8_E4M3 -> bytes -> Float8.fromE4m3(bytes.get());
            case F8_E5M2 -> bytes -> Float8.fromE5m2(bytes.get());
            default -> throw new IllegalArgumentException("no floating-point type: " + type);
        };
    }

    /** The bfloat16 nearest to a float, ties to even, as its bits; NaN stays NaN. */
    public static short toBfloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            // The payload may sit in the lower half alone; the quiet bit keeps it from turning into an infinity.
            return (short) ((bits >>> 16) | 0x40);
        }
        return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
    }

    /** The float that a bfloat16's bits stand for, exactly. */
    public static float fromBfloat16(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }

    /** The IEEE half nearest to a float, ties to even, as its bits; beyond 65504 it becomes infinite. */
    public static short toFloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        int sign = (bits >>> 16) & 0x8000;
        int size = bits & 0x7fff_ffff;
        if (size > 0x7f80_0000) {
            return (short) (sign | 0x7e00);
        }
        if (size >= 0x4780_0000) {
            return (short) (sign | 0x7c00); // 65536 and above
        }
        if (size < 0x3880_0000) {
            // Below 2^-14 halves are multiples of 2^-24: scaled to whole numbers, which rint rounds to even.
            return (short) (sign | (int) Math.rint(Float.intBitsToFloat(size) * 0x1p24));
        }
        // Exponent bias 127 becomes 15, 23 bits of fraction become 10; a carry moves into the exponent as it should.
        int rebased = size - (112 << 23);
        return (short) (sign | ((rebased + 0x0fff + ((rebased >>> 13) & 1)) >>> 13));
    }

    /** The float that an IEEE half's bits stand for, exactly. */
    public static float fromFloat16(short bits) {
        int sign = (bits & 0x8000) << 16;
        int exponent = (bits >>> 10) & 0x1f;
        int fraction = bits & 0x3ff;
        if (exponent == 0) {
            float magnitude = fraction * 0x1p-24f;
            return sign == 0 ? magnitude : -magnitude;
        }
        int wide = exponent == 0x1f ? 0xff : exponent + 112;
        return Float.intBitsToFloat(sign | (wide << 23) | (fraction << 13));
    }
}
