package org.moslora.diffusion.text;

import java.util.List;
import org.moslora.tensors.ConfigSection;

/**
 * The shape of a text encoder.
 *
 * @param vocabulary rows of the embedding table
 * @param hidden width of its states
 * @param inner width inside the feed-forward parts
 * @param layers blocks
 * @param heads attention heads
 * @param positions longest text in tokens
 * @param activation such as {@code quick_gelu}
 * @param epsilon added to the variance in norms
 * @param projection width that the pooled text is projected to; 0 for no projection
 * @param endToken id at whose first place the text is pooled; {@value #HIGHEST} for the place of the highest id
 */
public record ClipTextConfig(
        int vocabulary,
        int hidden,
        int inner,
        int layers,
        int heads,
        int positions,
        String activation,
        double epsilon,
        int projection,
        int endToken) {
    /** The end token of configs written before it was right; transformers then looks for the highest id. */
    public static final int HIGHEST = 2;

    private static final List<String> ACTIVATIONS = List.of("quick_gelu", "gelu", "gelu_pytorch_tanh", "silu", "relu");

    /**
     * Reads a text encoder's {@code config.json} with the class's defaults; whatever this program does not compute
     * becomes a problem of the section.
     *
     * @param projected whether the class is CLIPTextModelWithProjection
     */
    public static ClipTextConfig read(ConfigSection given, boolean projected) {
        given.mustBe("model_type", "\"clip_text_model\"");
        String activation = given.text("hidden_act", "quick_gelu");
        if (!ACTIVATIONS.contains(activation)) {
            given.problem("hidden_act is \"%s\"; this program knows %s", activation, String.join(", ", ACTIVATIONS));
        }
        int hidden = given.size("hidden_size", 512);
        int heads = given.size("num_attention_heads", 8);
        if (hidden % heads != 0) {
            given.problem("hidden_size %d is not a multiple of num_attention_heads %d", hidden, heads);
        }
        return new ClipTextConfig(
                given.size("vocab_size", 49408),
                hidden,
                given.size("intermediate_size", 2048),
                given.blocks("num_hidden_layers", 12),
                heads,
                given.size("max_position_embeddings", 77),
                activation,
                given.number("layer_norm_eps", 1e-5),
                projected ? given.size("projection_dim", 512) : 0,
                given.whole("eos_token_id", 49407));
    }
}
