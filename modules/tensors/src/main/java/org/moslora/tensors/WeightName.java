package org.moslora.tensors;

import java.util.Locale;

/**
 * What the weight files of a folder are called: {@code BASE.safetensors}, or with a variant
 * {@code BASE.VARIANT.safetensors}, and their sharded forms.
 *
 * @param base such as {@code model}, {@code diffusion_pytorch_model}, {@code adapter_model}
 * @param variant such as {@code fp16}; empty for none
 */
public record WeightName(String base, String variant) {
    /** What transformers calls the weights of a model. */
    public static final WeightName MODEL = of("model");

    /** A name without variant. */
    public static WeightName of(String base) {
        return new WeightName(base, "");
    }

    /** The same name with a variant. */
    public WeightName withVariant(String other) {
        return new WeightName(base, other);
    }

    /** The one file, such as {@code model.safetensors}. */
    public String file() {
        return stem() + ".safetensors";
    }

    /** The index of a sharded model, such as {@code model.safetensors.index.json}. */
    public String index() {
        return base + ".safetensors.index" + (variant.isEmpty() ? "" : "." + variant) + ".json";
    }

    /** One of {@code count} shards, counted from 1, such as {@code model-00001-of-00003.safetensors}. */
    public String shard(int number, int count) {
        return String.format(Locale.ROOT, "%s-%05d-of-%05d.safetensors", stem(), number, count);
    }

    private String stem() {
        return variant.isEmpty() ? base : base + "." + variant;
    }
}
