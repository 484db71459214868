package org.moslora.layers.quantised;

import java.util.List;
import java.util.Locale;
import org.moslora.layers.Arena;
import org.moslora.tensors.Packed;
import org.moslora.tensors.PackedNf4;
import org.moslora.tensors.TensorData;
import org.moslora.tensors.WeightSource;
import org.moslora.tensors.quantised.BitsAndBytes;
import org.moslora.tensors.quantised.Int8Weights;

/** How a frozen weight is held. */
public enum Quantisation {
    /** As the base has it. */
    NONE,
    /** In 8 bits with a scale a row. */
    INT8,
    /** In 4 bits, with scales of blocks of 64 in 8 bits. */
    NF4;

    /** The form of a packed weight. */
    public static Quantisation of(Packed packed) {
        return packed instanceof PackedNf4 ? NF4 : INT8;
    }

    /**
     * A weight as tensors of this form, which are made when they are written.
     *
     * @param arena owns what is made on the way
     */
    public List<TensorData> tensors(Arena arena, Packing like, WeightMaker maker) {
        return switch (this) {
            case NF4 -> Nf4Tensors.of(arena, like, maker);
            case INT8 -> Int8Tensors.of(arena, like, maker);
            case NONE -> throw new IllegalStateException("nothing is quantised");
        };
    }

    /** Bytes of one entry of a large weight, scales included. */
    public double bytesEach() {
        return switch (this) {
            case NF4 -> 0.5 + 1.0 / PackedNf4.BLOCK + (double) Float.BYTES / (PackedNf4.BLOCK * PackedNf4.NESTED);
            case INT8 -> 1;
            case NONE -> throw new IllegalStateException("nothing is quantised");
        };
    }

    /** A file of such tensors as a source of whole weights. */
    WeightSource read(WeightSource file) {
        return this == NF4 ? BitsAndBytes.over(file) : Int8Weights.over(file);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
