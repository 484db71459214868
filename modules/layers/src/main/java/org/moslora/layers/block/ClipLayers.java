package org.moslora.layers.block;

import java.util.List;
import java.util.stream.IntStream;
import org.moslora.layers.BlockTensors;
import org.moslora.layers.Seeds;
import org.moslora.tensors.TensorShapes;

/**
 * The layers of both of CLIP's transformers (Radford et al. 2021, arXiv:2103.00020), of the tower that looks at pictures
 * and of the encoder that reads texts. A pass has the rows of each sequence, which lie one after the other.
 *
 * @param path what the names of their tensors begin with; each layer's number follows
 * @param heads attention heads
 * @param epsilon of the layer norms
 * @param activation of the feed-forward part
 * @param causal whether a row sees only those before it
 */
public record ClipLayers(String path, int heads, double epsilon, String activation, boolean causal) {
    /** Makes the first {@code count} of them. */
    public BlockList<long[]> build(ModelBuilder builder, int count) {
        List<KernelBlock<long[]>> layers = IntStream.range(0, count)
                .mapToObj(i -> layer(builder, path + i + "."))
                .toList();
        return new BlockList<>(layers, Seeds::mix);
    }

    private KernelBlock<long[]> layer(ModelBuilder builder, String layer) {
        BlockTensors tensors = builder.tensors(
                builder.norms(layer + "layer_norm1", layer + "layer_norm2"),
                builder.linear(layer + "self_attn.q_proj"),
                builder.linear(layer + "self_attn.k_proj"),
                builder.linear(layer + "self_attn.v_proj"),
                builder.linear(layer + "self_attn.out_proj"),
                builder.linear(layer + "mlp.fc1"),
                builder.linear(layer + "mlp.fc2"));
        return builder.block(
                "clip", tensors, List.of(heads, epsilon, activation, causal), (lengths, x) -> List.of(lengths));
    }

    /** Adds the tensors of so many layers, of this width and width inside the feed-forward part. */
    public static void expect(TensorShapes shapes, String path, int count, long width, long inner) {
        for (int i = 0; i < count; i++) {
            String layer = path + i + ".";
            shapes.norm(layer + "layer_norm1", width);
            shapes.norm(layer + "layer_norm2", width);
            for (String leaf : List.of("q_proj", "k_proj", "v_proj", "out_proj")) {
                shapes.linear(layer + "self_attn." + leaf, width, width, true);
            }
            shapes.linear(layer + "mlp.fc1", inner, width, true);
            shapes.linear(layer + "mlp.fc2", width, inner, true);
        }
    }
}
