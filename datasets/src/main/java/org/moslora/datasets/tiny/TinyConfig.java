package org.moslora.datasets.tiny;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The JSON files beside weights and tokenizer, which leave class defaults out as files on the hub do. */
final class TinyConfig {
    private static final int ROWS = 64;
    private static final int POSITIONS = 1024;
    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    private TinyConfig() {}

    /** Rows of the embedding table: more than the tokenizer has, rounded up, as converted checkpoints have it. */
    static int rows(TinyTokenizer tokenizer) {
        return (tokenizer.size() / ROWS + 1) * ROWS;
    }

    static void write(Path folder, TinyOptions options, TinyTokenizer tokenizer) throws IOException {
        json(folder, "config.json", model(options, tokenizer, end(options, tokenizer)));
        json(folder, "preprocessor_config.json", pictures(options.pictureSide()));
        shared(folder, options, tokenizer);
    }

    /** Those of a text model. */
    static void writeText(Path folder, TinyOptions options, TinyTokenizer tokenizer) throws IOException {
        Map<String, Object> top = new LinkedHashMap<>();
        top.put("architectures", List.of("LlamaForCausalLM"));
        top.put("torch_dtype", "float32");
        top.putAll(text(options, tokenizer, end(options, tokenizer)));
        json(folder, "config.json", top);
        shared(folder, options, tokenizer);
    }

    private static void shared(Path folder, TinyOptions options, TinyTokenizer tokenizer) throws IOException {
        writeTokens(folder, options.specials().get(end(options, tokenizer)), tokenizer);
    }

    /** What says which tokens begin, end and fill a text. */
    static void writeTokens(Path folder, String stop, TinyTokenizer tokenizer) throws IOException {
        int end = tokenizer.id(stop);
        json(
                folder,
                "generation_config.json",
                Map.of(
                        "bos_token_id",
                        tokenizer.id("<s>"),
                        "eos_token_id",
                        end,
                        "pad_token_id",
                        tokenizer.id("<pad>")));
        Map<String, Object> specials = new LinkedHashMap<>();
        specials.put("bos_token", "<s>");
        specials.put("eos_token", stop);
        specials.put("unk_token", "<unk>");
        specials.put("pad_token", "<pad>");
        json(folder, "special_tokens_map.json", specials);
        specials.put("tokenizer_class", "PreTrainedTokenizerFast");
        specials.put("model_max_length", POSITIONS);
        specials.put("image_token", "<image>");
        json(folder, "tokenizer_config.json", specials);
    }

    /** What ends an answer; specials have the first ids, so it is also its place among them. */
    private static int end(TinyOptions options, TinyTokenizer tokenizer) {
        String stop = options.template().stop();
        return options.specials().contains(stop) ? tokenizer.id(stop) : tokenizer.id("</s>");
    }

    private static Map<String, Object> model(TinyOptions options, TinyTokenizer tokenizer, int end) {
        Map<String, Object> top = new LinkedHashMap<>();
        top.put("architectures", List.of("LlavaForConditionalGeneration"));
        top.put("model_type", "llava");
        top.put("image_token_index", tokenizer.id("<image>"));
        top.put("image_seq_length", options.patches());
        top.put("pad_token_id", tokenizer.id("<pad>"));
        top.put("projector_hidden_act", "gelu");
        top.put("vision_feature_layer", -2);
        top.put("vision_feature_select_strategy", "default");
        top.put("tie_word_embeddings", options.tied());
        top.put("torch_dtype", "float32");
        top.put("text_config", text(options, tokenizer, end));
        top.put("vision_config", vision(options));
        return top;
    }

    private static Map<String, Object> text(TinyOptions options, TinyTokenizer tokenizer, int end) {
        Map<String, Object> text = new LinkedHashMap<>();
        text.put("model_type", "llama");
        text.put("hidden_size", options.hidden());
        text.put("intermediate_size", 2 * options.hidden());
        text.put("num_hidden_layers", options.layers());
        text.put("num_attention_heads", options.heads());
        text.put("num_key_value_heads", options.keyValueHeads());
        text.put("max_position_embeddings", POSITIONS);
        text.put("rms_norm_eps", 1e-5);
        text.put("vocab_size", rows(tokenizer));
        text.put("tie_word_embeddings", options.tied());
        text.put("eos_token_id", end);
        return text;
    }

    private static Map<String, Object> vision(TinyOptions options) {
        Map<String, Object> vision = new LinkedHashMap<>();
        vision.put("model_type", "clip_vision_model");
        vision.put("hidden_size", options.visionHidden());
        vision.put("intermediate_size", 2 * options.visionHidden());
        vision.put("num_hidden_layers", options.visionLayers());
        vision.put("num_attention_heads", options.visionHeads());
        vision.put("image_size", options.pictureSide());
        vision.put("patch_size", options.patchSide());
        return vision;
    }

    private static Map<String, Object> pictures(int side) {
        Map<String, Object> pictures = new LinkedHashMap<>();
        pictures.put("image_processor_type", "CLIPImageProcessor");
        pictures.put("do_convert_rgb", true);
        pictures.put("do_resize", true);
        pictures.put("size", Map.of("shortest_edge", side));
        pictures.put("resample", 3);
        pictures.put("do_center_crop", true);
        pictures.put("crop_size", Map.of("height", side, "width", side));
        pictures.put("do_rescale", true);
        pictures.put("rescale_factor", 1 / 255.0);
        pictures.put("do_normalize", true);
        pictures.put("image_mean", List.of(0.48145466, 0.4578275, 0.40821073));
        pictures.put("image_std", List.of(0.26862954, 0.26130258, 0.27577711));
        return pictures;
    }

    private static void json(Path folder, String name, Map<String, ?> content) throws IOException {
        Files.writeString(folder.resolve(name), GSON.toJson(content) + "\n");
    }
}
