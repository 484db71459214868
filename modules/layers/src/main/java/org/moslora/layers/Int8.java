package org.moslora.layers;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * A weight in 8 bits, see {@link org.moslora.tensors.PackedInt8}.
 *
 * @param codes int8, shaped like the weight
 * @param scales what 127 stands for in each row, fp32 [rows]
 * @param like without entries, in the format to compute in, of the weight's shape with an axis of 0 behind it
 */
public record Int8(NDArray codes, NDArray scales, NDArray like) implements Quantised {
    @Override
    public List<NDArray> places(NDArray none) {
        return List.of(scales, none, none, none, like);
    }
}
