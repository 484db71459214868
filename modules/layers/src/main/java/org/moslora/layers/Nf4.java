package org.moslora.layers;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * A weight in NF4, see {@link org.moslora.tensors.PackedNf4}.
 *
 * @param codes four levels in each int16 [entries / 4]; where the last block is short, two in each uint8 [entries / 2]
 * @param scales of the blocks, fp32 [blocks], or nested in uint8
 * @param outer the scales' scales [groups]; without entries where they are not nested
 * @param nested 256 levels of the scales and their offset [257]; without entries where they are not nested
 * @param table the four levels that each code stands for [65536, 4], by its value from the smallest up
 * @param like without entries, in the format to compute in, of the weight's shape with an axis of 0 behind it
 */
public record Nf4(NDArray codes, NDArray scales, NDArray outer, NDArray nested, NDArray table, NDArray like)
        implements Quantised {
    @Override
    public List<NDArray> places(NDArray none) {
        return List.of(scales, outer, nested, table, like);
    }
}
