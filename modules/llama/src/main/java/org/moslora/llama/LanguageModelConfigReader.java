package org.moslora.llama;

import java.util.List;
import org.moslora.tensors.ConfigSection;

/** Reads a language model's part of {@code config.json}, in the hub's sparse form and in transformers 5's. */
public final class LanguageModelConfigReader {
    /** Every {@code model_type} that is read. */
    public static final List<String> FAMILIES = List.of("llama", "mistral", "qwen2");

    private LanguageModelConfigReader() {}

    /**
     * Reads a section; absent keys take the family's class defaults.
     *
     * @param tied whether the head is the embedding table if the section does not say
     */
    public static LanguageModelConfig read(ConfigSection given, boolean tied) {
        String family = given.oneOf("model_type", "llama", FAMILIES);
        given.oneOf("hidden_act", "silu", List.of("silu"));
        checkQuantised(given);
        if (given.flag("use_sliding_window", false) || (family.equals("mistral") && given.has("sliding_window"))) {
            given.problem("asks for a sliding window, which this program does not compute");
        }
        boolean qwen = family.equals("qwen2");
        boolean mistral = family.equals("mistral");
        int heads = given.size("num_attention_heads", 32);
        int hidden = given.size("hidden_size", 4096);
        int keyValueHeads = given.size("num_key_value_heads", mistral ? 8 : heads);
        if (heads % keyValueHeads != 0 || (!given.has("head_dim") && hidden % heads != 0)) {
            given.problem(
                    "hidden_size %d, num_attention_heads %d and num_key_value_heads %d do not divide",
                    hidden, heads, keyValueHeads);
        }
        boolean bias = given.flag("attention_bias", false);
        return new LanguageModelConfig(
                family,
                hidden,
                given.size("intermediate_size", qwen ? 22016 : mistral ? 14336 : 11008),
                given.size("num_hidden_layers", 32),
                heads,
                keyValueHeads,
                given.size("head_dim", Math.max(1, hidden / heads)),
                given.size("vocab_size", qwen ? 151936 : 32000),
                given.size("max_position_embeddings", qwen ? 32768 : mistral ? 131072 : 2048),
                given.number("rms_norm_eps", 1e-6),
                rope(given),
                given.flag("tie_word_embeddings", tied),
                qwen || bias,
                !qwen && bias,
                given.flag("mlp_bias", false));
    }

    /** Complains of a checkpoint whose weights are neither plain numbers nor in bitsandbytes' NF4. */
    public static void checkQuantised(ConfigSection config) {
        ConfigSection said = config.section("quantization_config");
        if (said == null) {
            return;
        }
        String method = said.text("quant_method", "none");
        String type = said.text("bnb_4bit_quant_type", "fp4");
        if (!method.equals("bitsandbytes") || !said.flag("load_in_4bit", false) || !type.equals("nf4")) {
            config.problem(
                    "quantization_config says %s; of quantised checkpoints only those of bitsandbytes in nf4 are read,"
                            + " take the 16-bit one",
                    method.equals("bitsandbytes") && said.flag("load_in_4bit", false)
                            ? "bnb_4bit_quant_type " + type
                            : "quant_method " + method + (said.flag("load_in_8bit", false) ? " in 8 bits" : ""));
        }
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
