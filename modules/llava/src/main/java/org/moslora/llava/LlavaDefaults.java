package org.moslora.llava;

/**
 * What a LLaVA is where its config is silent.
 *
 * @param layer of the tower whose state are the features, counted from the end where it is negative
 * @param strategy for the class token: {@code default} leaves it out
 * @param imageToken id that stands for one feature
 */
public record LlavaDefaults(int layer, String strategy, int imageToken) {
    /** That of LLaVA-1.5 and LLaVA-NeXT. */
    public static final LlavaDefaults USUAL = new LlavaDefaults(-2, "default", 32000);
}
