package org.moslora.miniature;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.FrozenTensors;
import org.moslora.llava.LlavaConfig;
import org.moslora.llava.LlavaFolder;
import org.moslora.miniature.blank.BlankLlava;
import org.moslora.multimodal.MultimodalFolder;

/** A LLaVA's folder once more, some of whose tensors are others. */
public final class LlavaCopy {
    private static final String FILE = "model.safetensors";

    private LlavaCopy() {}

    /**
     * Fills a folder.
     *
     * @param arena owns what is made on the way
     * @param others the tensors that are not as in {@code from}, by canonical name
     */
    public static void write(Arena arena, Path from, Path to, Map<String, NDArray> others) throws IOException {
        ShippedWeights.copy(from, to);
        try (MultimodalFolder<LlavaConfig> files = LlavaFolder.open(from)) {
            FrozenTensors start = new FrozenTensors(files.weights(), arena, Compute.cpu());
            Map<String, NDArray> hub = new LinkedHashMap<>();
            for (String name : files.expected().keySet()) {
                NDArray other = others.get(name);
                hub.put(BlankLlava.hub(name), other == null ? start.get(name) : other);
            }
            ShippedWeights.write(arena, to.resolve(FILE), hub, "");
        }
    }
}
