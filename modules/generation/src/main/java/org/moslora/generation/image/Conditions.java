package org.moslora.generation.image;

import java.util.List;

/**
 * What a batch of samples is predicted from.
 *
 * @param shape of each sample
 * @param words of each sample
 * @param sizes the six that Stable Diffusion XL is told, the same for every sample: original height and width, crop top
 *     and left, height and width
 * @param told of guidance, for each sample; what models that were not distilled with it do not read
 */
public record Conditions(LatentShape shape, List<PromptEmbedding> words, List<Integer> sizes, List<Double> told) {
    public Conditions {
        words = List.copyOf(words);
        sizes = List.copyOf(sizes);
        told = List.copyOf(told);
    }
}
