package org.moslora.tensors;

import java.util.List;

/**
 * A weight in NF4 (Dettmers et al. 2023, arXiv:2305.14314), in the layout of bitsandbytes: two levels a byte, the first
 * in the upper half, in blocks of {@value #BLOCK} entries of the flattened weight. A block's scale is its largest
 * absolute value; nested, it is one of 256 levels times the largest of {@value #NESTED} such, plus an offset.
 *
 * @param shape of the weight
 * @param nested whether the scales are in 8 bits
 * @param offset what nested scales are counted from; 0 otherwise
 */
public record PackedNf4(WeightSource parts, String key, List<Long> shape, DType type, boolean nested, double offset)
        implements Packed {
    /** Entries that share a scale. */
    public static final int BLOCK = 64;

    /** Scales that share one of their own. */
    public static final int NESTED = 256;

    /** Suffix of the scales: [blocks], U8 where nested, else F32. */
    public static final String SCALES = ".absmax";

    /** Suffix of the levels: [16], F32. */
    public static final String LEVELS = ".quant_map";

    /** Suffix of the scales' scales: [blocks / {@value #NESTED}], F32. */
    public static final String OUTER = ".nested_absmax";

    /** Suffix of the scales' levels: [256], F32. */
    public static final String NESTED_LEVELS = ".nested_quant_map";

    /** Suffix of what bitsandbytes notes as JSON: [bytes], U8. */
    public static final String STATE = ".quant_state.bitsandbytes__nf4";

    /** Copies the shape. */
    public PackedNf4 {
        shape = List.copyOf(shape);
    }

    /** How many blocks a weight of so many entries has; the last may be short. */
    public static long blocks(long elements) {
        return (elements + BLOCK - 1) / BLOCK;
    }

    /** How many scales the scales of so many blocks have. */
    public static long groups(long blocks) {
        return (blocks + NESTED - 1) / NESTED;
    }

    @Override
    public String form() {
        return "nf4";
    }

    @Override
    public List<String> names() {
        return nested
                ? List.of(key, key + SCALES, key + LEVELS, key + OUTER, key + NESTED_LEVELS, key + STATE)
                : List.of(key, key + SCALES, key + LEVELS, key + STATE);
    }

    @Override
    public long bytes() {
        long blocks = blocks(elements());
        return (elements() + 1) / 2 + (nested ? blocks + Float.BYTES * groups(blocks) : Float.BYTES * blocks);
    }
}
