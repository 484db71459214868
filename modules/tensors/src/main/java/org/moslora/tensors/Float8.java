package org.moslora.tensors;

/**
 * The two 8-bit floating-point formats of checkpoints (Micikevicius et al. 2022, arXiv:2209.05433). Every number of either
 * is exactly a bfloat16, an IEEE half and a float.
 */
final class Float8 {
    private static final int EXPONENT_BIAS = 7;
    private static final float SMALLEST = 0x1p-9f;
    private static final float[] E4M3 = new float[256];

    static {
        for (int code = 0; code < E4M3.length; code++) {
            float size = size(code & 0x7f);
            E4M3[code] = code < 0x80 ? size : -size;
        }
    }

    private Float8() {}

    /** A number of either format. */
    static float of(DType type, byte code) {
        return type == DType.F8_E4M3 ? fromE4m3(code) : fromE5m2(code);
    }

    /** Four bits of exponent and three of fraction, without infinities: only all ones are no number. */
    static float fromE4m3(byte code) {
        return E4M3[code & 0xff];
    }

    /** Five bits of exponent and two of fraction: an IEEE half without its lower byte. */
    static float fromE5m2(byte code) {
        return HalfFloats.fromFloat16((short) (code << 8));
    }

    private static float size(int code) {
        int exponent = code >>> 3;
        int fraction = code & 7;
        if (code == 0x7f) {
            return Float.NaN;
        }
        return exponent == 0 ? fraction * SMALLEST : Math.scalb(1 + fraction / 8f, exponent - EXPONENT_BIAS);
    }
}
