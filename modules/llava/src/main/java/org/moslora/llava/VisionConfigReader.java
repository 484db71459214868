package org.moslora.llava;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.tensors.ConfigSection;

/** Reads the shape of a CLIP vision tower. */
public final class VisionConfigReader {
    private VisionConfigReader() {}

    /**
     * Reads a {@code vision_config}; whatever this program does not compute becomes a problem of the section.
     *
     * @param given null where a LLaVA's config has none: then its tower is that of LLaVA-1.5
     */
    public static VisionConfig read(@Nullable ConfigSection given) {
        if (given == null) {
            return new VisionConfig(1024, 4096, 24, 16, 336, 14, "quick_gelu", 1e-5);
        }
        given.oneOf("model_type", "clip_vision_model", List.of("clip_vision_model"));
        VisionConfig vision = new VisionConfig(
                given.size("hidden_size", 768),
                given.size("intermediate_size", 3072),
                given.size("num_hidden_layers", 12),
                given.size("num_attention_heads", 12),
                given.size("image_size", 224),
                given.size("patch_size", 32),
                given.oneOf("hidden_act", "quick_gelu", ConfigReader.ACTIVATIONS),
                given.number("layer_norm_eps", 1e-5));
        if (vision.hidden() % vision.heads() != 0) {
            given.problem(
                    "hidden_size %d is not a multiple of num_attention_heads %d", vision.hidden(), vision.heads());
        }
        if (vision.patchSize() > vision.imageSize()) {
            given.problem("patch_size %d is above image_size %d", vision.patchSize(), vision.imageSize());
        }
        return vision;
    }
}
