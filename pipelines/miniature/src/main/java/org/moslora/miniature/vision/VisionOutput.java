package org.moslora.miniature.vision;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.moslora.clip.ClipNames;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.FrozenTensors;
import org.moslora.layers.Kernels;
import org.moslora.llava.LlavaConfig;
import org.moslora.llava.LlavaFolder;
import org.moslora.llava.LlavaNames;
import org.moslora.miniature.LlavaCopy;
import org.moslora.miniature.ShippedWeights;
import org.moslora.multimodal.MultimodalFolder;

/** What vision training leaves: a CLIP, and a LLaVA of which nothing but the tower is trained. */
final class VisionOutput {
    private static final String FILE = "model.safetensors";
    private static final String FIRST = LlavaNames.PROJECTOR + "linear_1.";

    private final Arena arena;
    private final Map<String, NDArray> trained;

    /**
     * @param trained all tensors by the names that they were trained under
     * @param text what names of the text half begin with there
     */
    VisionOutput(Arena arena, Map<String, NDArray> trained, String text) {
        this.arena = arena;
        this.trained = new LinkedHashMap<>();
        trained.forEach((name, array) -> {
            if (!name.startsWith(ContrastiveHeads.NAMES)) {
                this.trained.put(name.startsWith(text) ? name.substring(text.length()) : name, array);
            }
        });
    }

    /** Fills a CLIP's folder. */
    void clip(Path blank, Path folder) throws IOException {
        ShippedWeights.copy(blank, folder);
        ShippedWeights.write(arena, folder.resolve(FILE), trained, "");
    }

    /**
     * Fills a LLaVA's folder. Its projector begins with features that have mean 0 and covariance one.
     *
     * @param inner states of some pictures that the features are taken from, [B · tokens, width]
     */
    void llava(Path blank, Path folder, NDArray inner) throws IOException {
        Map<String, NDArray> others = new LinkedHashMap<>();
        trained.forEach((name, array) -> others.put(name.replace(ClipNames.VISION, LlavaNames.VISION), array));
        try (MultimodalFolder<LlavaConfig> files = LlavaFolder.open(blank)) {
            long pictures = inner.getShape().get(0) / files.config().vision().tokens();
            NDArray features = Kernels.get().one(arena, "features", List.of(inner), pictures, 1);
            FrozenTensors start = new FrozenTensors(files.weights(), arena, Compute.cpu());
            NDArray[] white = Kernels.get()
                    .call(arena, "whitened", features, start.get(FIRST + "weight"), start.get(FIRST + "bias"));
            others.put(FIRST + "weight", white[0]);
            others.put(FIRST + "bias", white[1]);
        }
        LlavaCopy.write(arena, blank, folder, others);
    }
}
