package org.moslora.adapters;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.moslora.layers.Arena;
import org.moslora.layers.ArrayData;
import org.moslora.tensors.Packed;
import org.moslora.tensors.TensorData;
import org.moslora.tensors.WeightSource;

/**
 * The tensors of a base of which parts were trained whole: the trained ones as they are when they are written, rounded
 * once to the number format that the base has them in, all others unchanged.
 */
public final class TrainedWeights {
    private TrainedWeights() {}

    /**
     * Everything that a model's files hold, under their own keys.
     *
     * @param base those files, open until everything is written
     * @param canonical the trained name of a file's key
     * @param arena owns what is made on the way
     */
    public static List<TensorData> of(
            WeightSource base, UnaryOperator<String> canonical, TrainedAdapters trained, Arena arena) {
        Map<String, NDArray> arrays = trained.whole();
        List<TensorData> tensors = new ArrayList<>();
        for (String key : base.names()) {
            NDArray array = arrays.get(canonical.apply(key));
            if (array == null) {
                unchanged(base, key).forEach(tensors::add);
            } else {
                tensors.add(
                        ArrayData.of(arena, key, array, base.info(key).dtype().written()));
            }
        }
        return tensors;
    }

    private static Stream<TensorData> unchanged(WeightSource base, String key) {
        Packed packed = base.packed(key).orElse(null);
        return packed == null
                ? Stream.of(TensorData.copy(base, key))
                : packed.names().stream().map(part -> TensorData.copy(packed.parts(), part));
    }
}
