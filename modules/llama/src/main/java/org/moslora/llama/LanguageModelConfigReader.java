package org.moslora.llama;

import java.util.List;
import org.moslora.llama.DecoderFamily.Sizes;
import org.moslora.llama.DecoderFamily.Trait;
import org.moslora.tensors.ConfigSection;

/** Reads a language model's part of {@code config.json}, in the hub's sparse form and in transformers 5's. */
public final class LanguageModelConfigReader {
    /** Every {@code model_type} that is read. */
    public static final List<String> FAMILIES =
            DecoderFamily.ALONE.stream().map(DecoderFamily::type).toList();

    private LanguageModelConfigReader() {}

    /**
     * Reads a section; absent keys take the family's class defaults.
     *
     * @param tied whether the head is the embedding table if the section does not say
     */
    public static LanguageModelConfig read(ConfigSection given, boolean tied) {
        String type = given.oneOf("model_type", "llama", FAMILIES);
        DecoderFamily family = DecoderFamily.of(type);
        return read(given, family, given.flag("tie_word_embeddings", tied || family.has(Trait.TIED)), 0);
    }

    /**
     * Reads the decoder of a larger model, whose kind that model says.
     *
     * @param type what transformers calls a config of it by itself
     * @param tied whether the larger model says that the head is the embedding table; the section may say so too
     * @param additions behind how many of the first layers something is added to the rows of pictures
     */
    public static LanguageModelConfig inside(ConfigSection given, String type, boolean tied, int additions) {
        return read(given, DecoderFamily.of(type), tied || given.flag("tie_word_embeddings", false), additions);
    }

    private static LanguageModelConfig read(ConfigSection given, DecoderFamily family, boolean tied, int additions) {
        checkQuantised(given);
        Sizes sizes = family.sizes();
        int heads = given.size("num_attention_heads", sizes.heads());
        int hidden = given.size("hidden_size", sizes.hidden());
        int keyValueHeads =
                given.size("num_key_value_heads", sizes.keyValueHeads() > 0 ? sizes.keyValueHeads() : heads);
        boolean free = given.has("head_dim") || sizes.headWidth() > 0;
        if (heads % keyValueHeads != 0 || (!free && hidden % heads != 0)) {
            given.problem(
                    "hidden_size %d, num_attention_heads %d and num_key_value_heads %d do not divide",
                    hidden, heads, keyValueHeads);
        }
        int layers = given.blocks("num_hidden_layers", sizes.layers());
        int width = given.size("head_dim", sizes.headWidth() > 0 ? sizes.headWidth() : Math.max(1, hidden / heads));
        if (additions > layers) {
            given.problem("has %d layers, too few for the %d that pictures are added behind", layers, additions);
        }
        PartsReader parts = new PartsReader(given, family, layers);
        boolean bias = given.flag("attention_bias", false);
        boolean own = family.has(Trait.QKV_BIAS);
        return new LanguageModelConfig(
                family.type(),
                hidden,
                given.size("intermediate_size", sizes.inner()),
                layers,
                heads,
                keyValueHeads,
                width,
                given.size("vocab_size", sizes.vocabulary()),
                given.size("max_position_embeddings", sizes.positions()),
                given.number("rms_norm_eps", family.has(Trait.WIDE_EPSILON) ? 1e-5 : 1e-6),
                parts.rope(),
                tied,
                own || bias,
                !own && bias,
                given.flag("mlp_bias", false),
                parts.read(hidden, width, additions));
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
}
