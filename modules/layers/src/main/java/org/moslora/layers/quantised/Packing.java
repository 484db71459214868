package org.moslora.layers.quantised;

import java.util.List;
import org.moslora.tensors.DType;
import org.moslora.tensors.Packed;
import org.moslora.tensors.PackedNf4;

/**
 * How a weight is to be written.
 *
 * @param key what its tensors are called after
 * @param shape of the weight
 * @param type the number format that it stands for
 * @param nested of NF4: whether the scales are in 8 bits too
 */
public record Packing(String key, List<Long> shape, DType type, boolean nested) {
    /** Copies the shape. */
    public Packing {
        shape = List.copyOf(shape);
    }

    /** As another weight is, under its key. */
    public static Packing as(Packed packed) {
        return new Packing(
                packed.key(), packed.shape(), packed.type(), packed instanceof PackedNf4 nf4 && nf4.nested());
    }
}
