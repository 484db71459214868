package org.moslora.generation.image;

/**
 * How strongly a prompt is followed, as the sampler and the model take it.
 *
 * @param weight w of n + w·(p − n), of the model's answers to the negative prompt and to the prompt (Ho and Salimans,
 *     arXiv 2207.12598); up to 1 the negative one is not asked for
 * @param told what a model that was distilled with guidance is told of it; 0 for others
 */
public record Guidance(double weight, double told) {
    /** By classifier-free guidance alone. */
    public static Guidance free(double weight) {
        return new Guidance(weight, 0);
    }

    /** Whether a negative prompt has a say. */
    public boolean isFree() {
        return weight > 1;
    }
}
