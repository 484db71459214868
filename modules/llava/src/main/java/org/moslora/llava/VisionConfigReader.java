package org.moslora.llava;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.tensors.ConfigSection;

/** Reads the shape of a vision tower. */
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
        VisionConfig usual = new VisionConfig(768, 3072, 12, 12, 224, 32, "quick_gelu", 1e-5);
        return checked(given, usual);
    }

    /**
     * Reads the {@code vision_config} of a SigLIP tower.
     *
     * @param given null where the config has none: then the tower is that of LLaVA-OneVision
     */
    public static VisionConfig siglip(@Nullable ConfigSection given) {
        String tanh = "gelu_pytorch_tanh";
        if (given == null) {
            return new VisionConfig(1152, 4304, 26, 16, 384, 14, tanh, 1e-6, TowerKind.SIGLIP);
        }
        given.oneOf("model_type", "siglip_vision_model", List.of("siglip_vision_model"));
        return checked(given, new VisionConfig(768, 3072, 12, 12, 224, 16, tanh, 1e-6, TowerKind.SIGLIP));
    }

    private static VisionConfig checked(ConfigSection given, VisionConfig usual) {
        VisionConfig vision = new VisionConfig(
                given.size("hidden_size", usual.hidden()),
                given.size("intermediate_size", usual.inner()),
                given.blocks("num_hidden_layers", usual.layers()),
                given.size("num_attention_heads", usual.heads()),
                given.size("image_size", usual.imageSize()),
                given.size("patch_size", usual.patchSize()),
                given.oneOf("hidden_act", usual.activation(), ConfigReader.ACTIVATIONS),
                given.number("layer_norm_eps", usual.epsilon()),
                usual.kind());
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
