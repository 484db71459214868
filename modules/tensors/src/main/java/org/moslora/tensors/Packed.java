package org.moslora.tensors;

import java.util.List;

/**
 * A weight that lies on disk as codes with scales beside them. It is only ever unpacked piece by piece where it is
 * computed with; {@link WeightSource#bytes} refuses it.
 */
public sealed interface Packed permits PackedNf4, PackedInt8 {
    /** The source that holds its parts as plain tensors. */
    WeightSource parts();

    /** The name of the codes in {@link #parts}; every other part's name begins with it. */
    String key();

    /** The weight's own shape. */
    List<Long> shape();

    /** The number format that it stands for. */
    DType type();

    /** How messages and recipes call this form: {@code nf4}, {@code int8}. */
    String form();

    /** Names of all its parts in {@link #parts}, the codes first. */
    List<String> names();

    /** Bytes of all its parts. */
    long bytes();

    /** Entries of the weight. */
    default long elements() {
        return shape().stream().reduce(1L, Math::multiplyExact);
    }
}
