package org.moslora.miniature.autoencoder;

import ai.djl.ndarray.NDArray;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;

/**
 * An autoencoder whose latents have mean 0 and deviation 1 in every channel, so that a UNet needs no scale for them:
 * what has to be subtracted and divided is folded into {@code quant_conv}, and undone in {@code post_quant_conv}.
 */
final class EvenLatents {
    private static final List<String> ENDS =
            List.of("quant_conv.weight", "quant_conv.bias", "post_quant_conv.weight", "post_quant_conv.bias");

    private EvenLatents() {}

    /**
     * All tensors by name, four of them others.
     *
     * @param prefix what names begin with
     * @param means of latents, [B, channels, h, w]
     */
    static Map<String, NDArray> over(Arena arena, Map<String, NDArray> tensors, String prefix, NDArray means) {
        List<NDArray> ends = ENDS.stream()
                .map(name -> Objects.requireNonNull(tensors.get(prefix + name), name))
                .toList();
        NDArray[] even = Kernels.get().call(arena, "even_latents", means, ends);
        Map<String, NDArray> all = new LinkedHashMap<>(tensors);
        for (int i = 0; i < ENDS.size(); i++) {
            all.put(prefix + ENDS.get(i), even[i]);
        }
        return all;
    }
}
