package org.moslora.miniature.blank;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.moslora.datasets.miniature.tokens.LanguageTokens;
import org.moslora.llava.LlavaConfig;
import org.moslora.llava.LlavaFolder;
import org.moslora.llava.LlavaNames;
import org.moslora.tensors.SafetensorsWriter;
import org.moslora.tensors.TensorData;

/** A LLaVA in transformers' layout for pictures of 72 pixels a side, as yet untrained. */
public final class BlankLlava {
    private static final int ROWS = 8;
    private static final List<String> COMPARING = List.of("self_attn.q_proj.weight", "self_attn.k_proj.weight");
    private static final List<String> PASSING = List.of("self_attn.v_proj.weight", "self_attn.o_proj.weight");

    private BlankLlava() {}

    /** Fills a folder, the same bytes for the same seed. */
    public static void write(Path folder, long seed) throws IOException {
        LanguageTokens tokens = new LanguageTokens();
        tokens.write(folder);
        Configs.write(folder.resolve("config.json"), config(tokens));
        Configs.write(folder.resolve("preprocessor_config.json"), Configs.read("pictures.json"));
        JsonObject generation = new JsonObject();
        ends(generation, tokens);
        Configs.write(folder.resolve("generation_config.json"), generation);
        LlavaConfig config = LlavaFolder.config(folder);
        SafetensorsWriter.write(
                folder.resolve("model.safetensors"), tensors(config, new StartValues(seed)), Map.of("format", "pt"));
    }

    private static JsonObject config(LanguageTokens tokens) {
        JsonObject config = Configs.read("llava.json");
        config.addProperty("image_token_index", tokens.id(LanguageTokens.IMAGE));
        config.addProperty("pad_token_id", tokens.id(LanguageTokens.PAD));
        JsonObject text = config.getAsJsonObject("text_config");
        text.addProperty("vocab_size", (tokens.size() / ROWS + 1) * ROWS);
        ends(text, tokens);
        return config;
    }

    private static void ends(JsonObject json, LanguageTokens tokens) {
        json.addProperty("bos_token_id", tokens.id(LanguageTokens.BEGIN));
        json.addProperty("eos_token_id", tokens.id(LanguageTokens.END));
        json.addProperty("pad_token_id", tokens.id(LanguageTokens.PAD));
    }

    private static List<TensorData> tensors(LlavaConfig config, StartValues start) {
        List<TensorData> tensors = new ArrayList<>();
        int width = config.text().hidden();
        LlavaNames.expected(config)
                .forEach((name, shape) ->
                        tensors.add(TensorData.of(hub(name), shape, values(start, name, shape, width))));
        return tensors;
    }

    /**
     * The language model's attention begins by passing on nearly what is there and by finding words alike: it then learns
     * sooner to look things up. With more of the identity in what compares, words would see but themselves.
     */
    private static float[] values(StartValues start, String name, List<Long> shape, int width) {
        boolean language = name.startsWith("model.language_model.");
        if (language && PASSING.stream().anyMatch(name::endsWith)) {
            return start.nearIdentity(name, width, 1, 0.25);
        }
        if (language && COMPARING.stream().anyMatch(name::endsWith)) {
            return start.nearIdentity(name, width, 0.5, 0.5);
        }
        return start.values(name, shape);
    }

    /** A tensor's name as files on the hub have it. */
    public static String hub(String name) {
        return name.replace(LlavaNames.VISION, "vision_tower.vision_model.")
                .replace(LlavaNames.PROJECTOR, "multi_modal_projector.")
                .replace("model.language_model.", "language_model.model.");
    }
}
