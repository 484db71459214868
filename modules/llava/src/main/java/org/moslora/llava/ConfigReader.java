package org.moslora.llava;

import java.util.ArrayList;
import java.util.List;
import org.moslora.llama.LanguageModelConfig;
import org.moslora.llama.LanguageModelConfigReader;
import org.moslora.tensors.ConfigSection;

/** Reads {@code config.json} of a LLaVA folder, in the hub's sparse form and in transformers 5's. */
public final class ConfigReader {
    static final List<String> ACTIVATIONS = List.of("quick_gelu", "gelu", "gelu_pytorch_tanh", "silu", "relu");

    private final ConfigSection top;

    private ConfigReader(ConfigSection top) {
        this.top = top;
    }

    /** Reads a LLaVA-1.5's config, all of whose pictures take as many tokens. */
    static LlavaConfig alone(ConfigSection top) {
        ConfigReader reader = new ConfigReader(top);
        LlavaConfig config = reader.config(VisionConfigReader.read(top.section("vision_config")), LlavaDefaults.USUAL);
        reader.checkImageTokens(config);
        return config;
    }

    /**
     * Reads what later LLaVAs share with it.
     *
     * @param vision the tower
     * @param usual where the config is silent
     */
    public static LlavaConfig shared(ConfigSection top, VisionConfig vision, LlavaDefaults usual) {
        return new ConfigReader(top).config(vision, usual);
    }

    private LlavaConfig config(VisionConfig vision, LlavaDefaults usual) {
        LanguageModelConfigReader.checkQuantised(top);
        LanguageModelConfig text = text();
        List<Integer> layers = featureLayers(vision, usual.layer());
        String strategy = top.oneOf("vision_feature_select_strategy", usual.strategy(), List.of("default", "full"));
        LlavaConfig config = new LlavaConfig(
                text,
                vision,
                layers,
                strategy.equals("default"),
                top.oneOf("projector_hidden_act", "gelu", ACTIVATIONS),
                top.flag("multimodal_projector_bias", true),
                top.whole("image_token_index", top.whole("image_token_id", usual.imageToken())));
        if (config.imageToken() < 0 || config.imageToken() >= text.vocabulary()) {
            top.problem(
                    "image_token_index is %d, but the embedding table has %d rows",
                    config.imageToken(), text.vocabulary());
        }
        return config;
    }

    private void checkImageTokens(LlavaConfig config) {
        int said = top.whole("image_seq_length", config.imageTokens());
        if (said != config.imageTokens()) {
            top.problem(
                    "image_seq_length is %d, but the tower gives %d features a picture (patches %d, strategy %s)",
                    said,
                    config.imageTokens(),
                    config.vision().patches(),
                    config.skipsClassToken() ? "default" : "full");
        }
    }

    private List<Integer> featureLayers(VisionConfig vision, int usual) {
        List<Integer> counted = new ArrayList<>();
        for (int layer : top.wholes("vision_feature_layer", usual)) {
            int index = layer >= 0 ? layer : vision.layers() + 1 + layer;
            if (index < 0 || index > vision.layers()) {
                top.problem("vision_feature_layer %d is not among the tower's %d states", layer, vision.layers() + 1);
            }
            counted.add(index);
        }
        return counted;
    }

    private LanguageModelConfig text() {
        ConfigSection given = top.section("text_config");
        return LanguageModelConfigReader.read(
                given == null ? top.empty("config.json") : given, top.flag("tie_word_embeddings", false));
    }
}
