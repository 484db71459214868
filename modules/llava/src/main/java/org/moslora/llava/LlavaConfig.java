package org.moslora.llava;

import java.util.List;
import org.moslora.llama.LanguageModelConfig;

/**
 * What {@code config.json} of a LLaVA folder says, class defaults filled in.
 *
 * @param text the language model
 * @param vision the tower
 * @param featureLayers indices into the tower's hidden states, 0 being the embedding, already counted from the start
 * @param skipsClassToken whether the class token's feature is left out (strategy {@code default})
 * @param projectorActivation between the projector's linears
 * @param projectorBias whether they have biases
 * @param imageToken id that stands for one feature row
 */
public record LlavaConfig(
        LanguageModelConfig text,
        VisionConfig vision,
        List<Integer> featureLayers,
        boolean skipsClassToken,
        String projectorActivation,
        boolean projectorBias,
        int imageToken) {
    public LlavaConfig {
        featureLayers = List.copyOf(featureLayers);
    }

    /** Image tokens that one picture takes. */
    public int imageTokens() {
        return vision.tokens() - (skipsClassToken ? 1 : 0);
    }

    /** How many tower blocks are computed; later ones are never looked at. */
    public int usedVisionLayers() {
        return featureLayers.stream().mapToInt(Integer::intValue).max().orElse(0);
    }
}
