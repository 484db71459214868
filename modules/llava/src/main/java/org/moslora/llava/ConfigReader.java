package org.moslora.llava;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.moslora.llama.LanguageModelConfig;
import org.moslora.llama.LanguageModelConfigReader;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;
import org.moslora.tensors.ConfigSection;

/** Reads {@code config.json} of a LLaVA folder, in the hub's sparse form and in transformers 5's. */
final class ConfigReader {
    static final List<String> ACTIVATIONS = List.of("quick_gelu", "gelu", "gelu_pytorch_tanh", "silu", "relu");

    private final Problems problems;
    private final ConfigSection top;

    private ConfigReader(ConfigSection top, Problems problems) {
        this.top = top;
        this.problems = problems;
    }

    /**
     * Reads and checks a config.
     *
     * @throws InvalidInput when it is absent, broken, or describes something that this program cannot run
     */
    static LlavaConfig read(Path folder) {
        Problems problems = new Problems();
        return new ConfigReader(ConfigSection.ofFolder(folder, problems), problems).config();
    }

    private LlavaConfig config() {
        String family = top.text("model_type", "llava");
        if (!family.equals("llava")) {
            top.problem("model_type is \"%s\"; visual instruction tuning works on llava (LLaVA-1.5) folders", family);
            problems.throwIfAny();
        }
        LanguageModelConfigReader.checkQuantised(top);
        LanguageModelConfig text = text();
        VisionConfig vision = VisionConfigReader.read(top.section("vision_config"));
        List<Integer> layers = featureLayers(vision);
        String strategy = top.oneOf("vision_feature_select_strategy", "default", List.of("default", "full"));
        LlavaConfig config = new LlavaConfig(
                text,
                vision,
                layers,
                strategy.equals("default"),
                top.oneOf("projector_hidden_act", "gelu", ACTIVATIONS),
                top.flag("multimodal_projector_bias", true),
                top.whole("image_token_index", top.whole("image_token_id", 32000)));
        checkImageTokens(config);
        problems.throwIfAny();
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
        if (config.imageToken() < 0 || config.imageToken() >= config.text().vocabulary()) {
            top.problem(
                    "image_token_index is %d, but the embedding table has %d rows",
                    config.imageToken(), config.text().vocabulary());
        }
    }

    private List<Integer> featureLayers(VisionConfig vision) {
        List<Integer> counted = new ArrayList<>();
        for (int layer : top.wholes("vision_feature_layer", -2)) {
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
                given == null ? new ConfigSection("config.json", new JsonObject(), problems) : given,
                top.flag("tie_word_embeddings", false));
    }
}
