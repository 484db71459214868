package org.moslora.tensors;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The element types of a safetensors file, named as the format names them, in the order in which a file lays their
 * tensors out: wide elements first, so that every tensor starts at a multiple of its element size.
 */
public enum DType {
    I64(8),
    F64(8),
    F32(4),
    I32(4),
    BF16(2),
    F16(2),
    I16(2),
    /** Four bits of exponent and three of fraction: read, and never written. */
    F8_E4M3(1),
    /** Five bits of exponent and two of fraction: read, and never written. */
    F8_E5M2(1),
    I8(1),
    U8(1),
    BOOL(1);

    private final int bytes;

    DType(int bytes) {
        this.bytes = bytes;
    }

    /** Bytes per element. */
    public int bytes() {
        return bytes;
    }

    /** The name that a safetensors header uses, such as {@code BF16}. */
    public String safetensorsName() {
        return name();
    }

    /** Whether the elements are floating-point numbers. */
    public boolean isFloating() {
        return this == F64 || this == F32 || this == F16 || this == BF16 || isNarrow();
    }

    /** Whether the elements are floating-point numbers of 8 bits. */
    public boolean isNarrow() {
        return this == F8_E4M3 || this == F8_E5M2;
    }

    /** The type in which elements that were computed are written: this, but BF16, which holds each exactly, for 8 bits. */
    public DType written() {
        return isNarrow() ? BF16 : this;
    }

    /** The type with this name in a safetensors header, if it is a known one. */
    public static Optional<DType> named(String safetensorsName) {
        return Arrays.stream(values())
                .filter(type -> type.name().equals(safetensorsName))
                .findFirst();
    }

    static List<String> names() {
        return Arrays.stream(values()).map(DType::name).toList();
    }
}
