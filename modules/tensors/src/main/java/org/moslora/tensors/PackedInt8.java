package org.moslora.tensors;

import java.util.List;

/**
 * A weight in whole numbers from −127 to 127 with one scale a row, its largest absolute value, which 127 stands for.
 * The codes have the weight's shape.
 *
 * @param shape of the weight; its first axis are the rows
 */
public record PackedInt8(WeightSource parts, String key, List<Long> shape, DType type) implements Packed {
    /** Suffix of the scales: [rows], F32. */
    public static final String SCALES = ".absmax";

    /** Copies the shape. */
    public PackedInt8 {
        shape = List.copyOf(shape);
    }

    @Override
    public String form() {
        return "int8";
    }

    @Override
    public List<String> names() {
        return List.of(key, key + SCALES);
    }

    @Override
    public long bytes() {
        return elements() + Float.BYTES * shape.get(0);
    }
}
