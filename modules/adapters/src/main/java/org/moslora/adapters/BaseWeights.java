package org.moslora.adapters;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.FrozenTensors;
import org.moslora.tensors.WeightSource;

/**
 * The weights of a model that adapters are for.
 *
 * @param sources what holds its tensors, by what a path begins with that is not part of their names
 */
public record BaseWeights(Map<String, WeightSource> sources) {
    /** Copies the map. */
    public BaseWeights {
        sources = Map.copyOf(sources);
    }

    /** Whether the weight of the layer at a path is quantised. */
    boolean isQuantised(String path) {
        Map.Entry<String, WeightSource> own = of(path);
        return own.getValue().packed(name(own, path)).isPresent();
    }

    /** The weight of the layer at a path, in fp32: [outputs, inputs], of a convolution with its kernel's axes. */
    NDArray wide(Arena arena, String path) {
        Map.Entry<String, WeightSource> own = of(path);
        return new FrozenTensors(own.getValue(), arena, Compute.cpu()).wide(name(own, path));
    }

    private Map.Entry<String, WeightSource> of(String path) {
        return sources.entrySet().stream()
                .filter(entry -> path.startsWith(entry.getKey()))
                .findFirst()
                .orElseThrow();
    }

    private static String name(Map.Entry<String, WeightSource> own, String path) {
        return path.substring(own.getKey().length()) + ".weight";
    }
}
