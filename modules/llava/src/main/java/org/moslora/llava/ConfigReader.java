package org.moslora.llava;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;

/** Reads {@code config.json} of a LLaVA folder, in the hub's sparse form and in transformers 5's. */
final class ConfigReader {
    private static final List<String> ACTIVATIONS = List.of("quick_gelu", "gelu", "gelu_pytorch_tanh", "silu", "relu");
    private static final JsonObject NOTHING = new JsonObject();

    private final Problems problems = new Problems();
    private final ConfigSection top;

    private ConfigReader(String where, JsonObject json) {
        this.top = new ConfigSection(where, json, problems);
    }

    /**
     * Reads and checks a config.
     *
     * @throws InvalidInput when it is absent, broken, or describes something that this program cannot run
     */
    static LlavaConfig read(Path folder) {
        Path file = folder.resolve("config.json");
        try {
            JsonElement json = JsonParser.parseString(Files.readString(file));
            if (!json.isJsonObject()) {
                throw new InvalidInput(file.toString(), "must hold a JSON object");
            }
            return new ConfigReader(file.toString(), json.getAsJsonObject()).config();
        } catch (NoSuchFileException absent) {
            throw new InvalidInput(file.toString(), "is absent; is " + folder + " a Hugging Face model folder?");
        } catch (IOException | JsonParseException | StackOverflowError broken) {
            throw new InvalidInput(file.toString(), "cannot be read as JSON: " + broken.getMessage());
        }
    }

    private LlavaConfig config() {
        String family = top.text("model_type", "llava");
        if (!family.equals("llava")) {
            top.problem("model_type is \"%s\"; visual instruction tuning works on llava (LLaVA-1.5) folders", family);
            problems.throwIfAny();
        }
        if (top.has("quantization_config")) {
            top.problem("holds a quantization_config; quantised checkpoints are not read, take the 16-bit one");
        }
        TextConfig text = text(top.section("text_config"));
        VisionConfig vision = vision(top.section("vision_config"));
        List<Integer> layers = featureLayers(vision);
        String strategy = top.oneOf("vision_feature_select_strategy", "default", List.of("default", "full"));
        LlavaConfig config = new LlavaConfig(
                text,
                vision,
                layers,
                strategy.equals("default"),
                top.oneOf("projector_hidden_act", "gelu", ACTIVATIONS),
                top.flag("multimodal_projector_bias", true),
                top.id("image_token_index", top.id("image_token_id", 32000)));
        checkImageTokens(config);
        problems.throwIfAny();
        return config;
    }

    private void checkImageTokens(LlavaConfig config) {
        int said = top.id("image_seq_length", config.imageTokens());
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
        for (int layer : top.ints("vision_feature_layer", -2)) {
            int index = layer >= 0 ? layer : vision.layers() + 1 + layer;
            if (index < 0 || index > vision.layers()) {
                top.problem("vision_feature_layer %d is not among the tower's %d states", layer, vision.layers() + 1);
            }
            counted.add(index);
        }
        return counted;
    }

    private VisionConfig vision(@Nullable ConfigSection given) {
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
                given.oneOf("hidden_act", "quick_gelu", ACTIVATIONS),
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

    private TextConfig text(@Nullable ConfigSection found) {
        ConfigSection given = found == null ? new ConfigSection("config.json", NOTHING, problems) : found;
        String family = given.oneOf("model_type", "llama", List.of("llama", "mistral", "qwen2"));
        given.oneOf("hidden_act", "silu", List.of("silu"));
        if (given.flag("use_sliding_window", false) || (family.equals("mistral") && given.has("sliding_window"))) {
            given.problem("asks for a sliding window, which this program does not compute");
        }
        boolean qwen = family.equals("qwen2");
        int heads = given.size("num_attention_heads", 32);
        int hidden = given.size("hidden_size", 4096);
        int keyValueHeads = given.size("num_key_value_heads", family.equals("mistral") ? 8 : heads);
        int positions = given.size("max_position_embeddings", qwen ? 32768 : family.equals("mistral") ? 131072 : 2048);
        if (heads % keyValueHeads != 0 || (!given.has("head_dim") && hidden % heads != 0)) {
            given.problem(
                    "hidden_size %d, num_attention_heads %d and num_key_value_heads %d do not divide",
                    hidden, heads, keyValueHeads);
        }
        boolean bias = given.flag("attention_bias", false);
        return new TextConfig(
                family,
                hidden,
                given.size("intermediate_size", qwen ? 22016 : family.equals("mistral") ? 14336 : 11008),
                given.size("num_hidden_layers", 32),
                heads,
                keyValueHeads,
                given.size("head_dim", Math.max(1, hidden / heads)),
                given.size("vocab_size", qwen ? 151936 : 32000),
                positions,
                given.number("rms_norm_eps", 1e-6),
                rope(given),
                given.flag("tie_word_embeddings", top.flag("tie_word_embeddings", false)),
                qwen || bias,
                !qwen && bias,
                given.flag("mlp_bias", false));
    }

    private static Rope rope(ConfigSection text) {
        ConfigSection scaling = text.section(text.has("rope_parameters") ? "rope_parameters" : "rope_scaling");
        if (scaling == null) {
            return new Rope("default", text.number("rope_theta", 10000), List.of());
        }
        double theta = scaling.number("rope_theta", text.number("rope_theta", 10000));
        String key = scaling.has("rope_type") ? "rope_type" : "type";
        String kind = scaling.oneOf(key, "default", List.of("default", "linear", "llama3"));
        return switch (kind) {
            case "linear" -> new Rope(kind, theta, List.of(scaling.number("factor", 1)));
            case "llama3" ->
                new Rope(
                        kind,
                        theta,
                        List.of(
                                scaling.number("factor", 8),
                                scaling.number("low_freq_factor", 1),
                                scaling.number("high_freq_factor", 4),
                                scaling.number("original_max_position_embeddings", 8192)));
            default -> new Rope("default", theta, List.of());
        };
    }
}
