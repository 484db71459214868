package org.moslora.tensors;

import java.util.List;

/**
 * What is known of a tensor without looking at its values.
 *
 * @param name as the file that holds it spells it
 * @param dtype type of the elements
 * @param shape sizes of the axes, outermost first; empty for a scalar, and 0 is a size like any other
 */
public record TensorInfo(String name, DType dtype, List<Long> shape) {
    /** @throws IllegalArgumentException if a size is negative or the bytes cannot be counted in 63 bits */
    public TensorInfo {
        shape = List.copyOf(shape);
        if (shape.stream().anyMatch(size -> size < 0)) {
            throw new IllegalArgumentException("shape " + shape + " has a negative size");
        }
        try {
            Math.multiplyExact(product(shape), (long) dtype.bytes());
        } catch (ArithmeticException overflow) {
            throw new IllegalArgumentException(
                    "shape " + shape + " of " + dtype + " has more bytes than 2^63", overflow);
        }
    }

    /** Number of elements: 1 for a scalar, 0 if any size is 0. */
    public long elements() {
        return product(shape);
    }

    /** Number of bytes of the values. */
    public long byteSize() {
        return elements() * dtype.bytes();
    }

    /** The same tensor under another name. */
    public TensorInfo named(String other) {
        return new TensorInfo(other, dtype, shape);
    }

    private static long product(List<Long> shape) {
        // A 0 makes the product 0 whatever the other sizes are, even where they alone would overflow.
        return shape.contains(0L) ? 0 : shape.stream().reduce(1L, Math::multiplyExact);
    }
}
