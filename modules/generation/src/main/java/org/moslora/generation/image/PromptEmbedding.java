package org.moslora.generation.image;

import org.jspecify.annotations.Nullable;

/**
 * One text as a denoiser reads it.
 *
 * @param states [tokens, width], row by row
 * @param pooled [width]; null but for Stable Diffusion XL
 */
@SuppressWarnings("ArrayRecordComponent") // handed to the engine, never compared
public record PromptEmbedding(float[] states, float @Nullable [] pooled) {
    /** As many zeros: what some models take for the absence of words. */
    public PromptEmbedding zeros() {
        return new PromptEmbedding(new float[states.length], pooled == null ? null : new float[pooled.length]);
    }

    /** The pooled text, for models that read it. */
    public float[] mustBePooled() {
        if (pooled == null) {
            throw new IllegalArgumentException("this model reads pooled text");
        }
        return pooled;
    }

    long bytes() {
        return 4L * (states.length + (pooled == null ? 0 : pooled.length));
    }
}
