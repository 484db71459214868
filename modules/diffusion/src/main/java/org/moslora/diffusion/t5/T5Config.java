package org.moslora.diffusion.t5;

import org.moslora.tensors.ConfigSection;

/**
 * The shape of a T5 encoder.
 *
 * @param vocabulary rows of the embedding table
 * @param hidden width of its states
 * @param inner width inside the feed-forward parts
 * @param layers blocks
 * @param heads attention heads
 * @param headWidth width of each, which the others do not give
 * @param buckets how many distances have a bias of their own
 * @param distance from which on all have the same
 * @param epsilon added to the mean square in norms
 */
public record T5Config(
        int vocabulary,
        int hidden,
        int inner,
        int layers,
        int heads,
        int headWidth,
        int buckets,
        int distance,
        double epsilon) {
    /** The activation of the gate. */
    public static final String ACTIVATION = "gelu_pytorch_tanh";

    /**
     * Reads an encoder's {@code config.json} with the class's defaults; whatever this program does not compute becomes a
     * problem of the section.
     */
    public static T5Config read(ConfigSection given) {
        given.mustBe("model_type", "\"t5\"");
        String forward = given.text("feed_forward_proj", "relu");
        if (!forward.equals("gated-gelu")) {
            given.problem("feed_forward_proj is \"%s\"; this program computes gated-gelu, that of T5 1.1", forward);
        }
        int buckets = given.size("relative_attention_num_buckets", 32);
        int distance = given.size("relative_attention_max_distance", 128);
        if (buckets % 4 != 0 || distance <= buckets / 4) {
            given.problem(
                    "relative_attention_num_buckets %d must be a multiple of 4, and relative_attention_max_distance %d"
                            + " more than a quarter of it",
                    buckets, distance);
        }
        return new T5Config(
                given.size("vocab_size", 32128),
                given.size("d_model", 512),
                given.size("d_ff", 2048),
                given.blocks("num_layers", 6),
                given.size("num_heads", 8),
                given.size("d_kv", 64),
                buckets,
                distance,
                given.number("layer_norm_epsilon", 1e-6));
    }

    /**
     * Which bias each distance from a query to a key has, from that of the farthest key before on, up to the farthest
     * behind: {@code 2 · distance + 1} of them. Half of the biases are for keys behind; half of each for single
     * distances, the rest in steps that grow.
     */
    public long[] bucketsByDistance() {
        int half = buckets / 2;
        int exact = half / 2;
        long[] all = new long[2 * distance + 1];
        for (int i = 0; i < all.length; i++) {
            int size = Math.abs(i - distance);
            float steps = (float) Math.log((float) size / exact) / (float) span() * (half - exact);
            int bucket = size < exact ? size : Math.min(half - 1, exact + (int) steps);
            all[i] = bucket + (i > distance ? (long) half : 0);
        }
        return all;
    }

    /** The logarithm of the last of the growing distances over the first. */
    double span() {
        return Math.log(distance / (buckets / 4.0));
    }
}
