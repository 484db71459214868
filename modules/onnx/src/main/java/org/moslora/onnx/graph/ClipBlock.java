package org.moslora.onnx.graph;

import org.jspecify.annotations.Nullable;

/**
 * A block of CLIP's transformers (Radford et al. 2021, arXiv:2103.00020), of the text encoders and of the tower.
 *
 * @param heads of its attention
 * @param epsilon of its norms
 * @param activation of its feed-forward part
 */
public record ClipBlock(int heads, double epsilon, String activation) {
    /**
     * The block over rows.
     *
     * @param path what the names of its tensors begin with, the last dot included
     * @param x [B·n, width]
     * @param batch B as a vector
     * @param bias added to the scores, or null
     */
    public GraphValue of(Layers layers, String path, GraphValue x, GraphValue batch, @Nullable GraphValue bias) {
        Operators ops = layers.ops();
        GraphValue normed = layers.layerNorm(path + "layer_norm1", x, epsilon);
        GraphValue q = layers.byHead(layers.linear(path + "self_attn.q_proj", normed), batch, heads);
        GraphValue k = layers.byHeadTurned(layers.linear(path + "self_attn.k_proj", normed), batch, heads);
        GraphValue v = layers.byHead(layers.linear(path + "self_attn.v_proj", normed), batch, heads);
        GraphValue seen = layers.fromHeads(layers.attend(q, k, v, bias, false));
        GraphValue h = ops.add(layers.linear(path + "self_attn.out_proj", seen), x);
        GraphValue inner = layers.linear(path + "mlp.fc1", layers.layerNorm(path + "layer_norm2", h, epsilon));
        return ops.add(layers.linear(path + "mlp.fc2", layers.activation(inner, activation)), h);
    }
}
