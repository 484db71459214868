package org.moslora.diffusion.t5;

import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import org.moslora.tensors.TensorShapes;

/** The one place that names a T5 encoder's tensors, as transformers spells them, with the shapes of a config. */
public final class T5Names {
    /** The embedding table. */
    public static final String TOKENS = "shared.weight";
    /** What every name begins with but that of the table. */
    private static final String ENCODER = "encoder.";

    /** Names of tensors that some files hold besides: the table once more. */
    public static final Set<String> OPTIONAL = Set.of(ENCODER + "embed_tokens.weight");

    /** The table of distances, which only the first block has and all use. */
    public static final String POSITIONS = ENCODER + "block.0.layer.0.SelfAttention.relative_attention_bias.weight";
    /** The weight of the norm after the blocks. */
    public static final String FINAL_NORM = ENCODER + "final_layer_norm.weight";

    private T5Names() {}

    /** Path of a block's attention. */
    public static String attention(int layer) {
        return ENCODER + "block." + layer + ".layer.0.";
    }

    /** Path of a block's feed-forward part. */
    public static String forward(int layer) {
        return ENCODER + "block." + layer + ".layer.1.";
    }

    /** Every tensor that an encoder of this config has, with its shape. */
    public static SortedMap<String, List<Long>> expected(T5Config config) {
        TensorShapes shapes = new TensorShapes();
        long width = config.hidden();
        long all = (long) config.heads() * config.headWidth();
        shapes.add(TOKENS, config.vocabulary(), width);
        shapes.add(POSITIONS, config.buckets(), config.heads());
        for (int i = 0; i < config.layers(); i++) {
            for (String leaf : List.of("q", "k", "v")) {
                shapes.linear(attention(i) + "SelfAttention." + leaf, all, width, false);
            }
            shapes.linear(attention(i) + "SelfAttention.o", width, all, false);
            shapes.add(attention(i) + "layer_norm.weight", width);
            shapes.linear(forward(i) + "DenseReluDense.wi_0", config.inner(), width, false);
            shapes.linear(forward(i) + "DenseReluDense.wi_1", config.inner(), width, false);
            shapes.linear(forward(i) + "DenseReluDense.wo", width, config.inner(), false);
            shapes.add(forward(i) + "layer_norm.weight", width);
        }
        shapes.add(FINAL_NORM, width);
        return shapes.all();
    }
}
