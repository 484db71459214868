package org.moslora.onnx.picture;

import org.moslora.diffusion.unet.BlockSpec;
import org.moslora.diffusion.unet.UNetConfig;
import org.moslora.onnx.graph.GraphValue;
import org.moslora.onnx.graph.Layers;
import org.moslora.onnx.graph.Operators;

/** Transformer blocks over the places of pictures, with the text [B·m, width] to look at. */
record TransformerGraph(UNetConfig config, Layers layers, GraphValue text, GraphValue batch) {
    private static final double NORM = 1e-6;
    private static final double LAYER_NORM = 1e-5;

    /** The blocks of one place in the UNet, and x added at the end. */
    GraphValue of(BlockSpec.Transformer step, GraphValue x) {
        String path = step.path();
        boolean linear = config.linearProjection();
        GraphValue normed = layers.groupNorm(path + ".norm", x, config.groups(), NORM);
        GraphValue entered = linear ? normed : layers.convolution(path + ".proj_in", normed, 1, 0, 0, 0, 0);
        GraphValue turned = layers.turned(entered);
        GraphValue rows = layers.rows(turned); // [B·n, channels]
        if (linear) {
            rows = layers.linear(path + ".proj_in", rows);
        }
        for (int i = 0; i < step.level().depth(); i++) {
            rows = block(
                    path + ".transformer_blocks." + i + ".", rows, step.level().heads());
        }
        if (linear) {
            return ops().add(layers.picture(layers.linear(path + ".proj_out", rows), turned), x);
        }
        return ops().add(layers.convolution(path + ".proj_out", layers.picture(rows, turned), 1, 0, 0, 0, 0), x);
    }

    private GraphValue block(String path, GraphValue x, int heads) {
        GraphValue own = layers.layerNorm(path + "norm1", x, LAYER_NORM);
        GraphValue t = ops().add(attention(path + "attn1.", own, own, heads), x);
        t = ops().add(attention(path + "attn2.", layers.layerNorm(path + "norm2", t, LAYER_NORM), text, heads), t);
        return ops().add(forward(path + "ff.net.", layers.layerNorm(path + "norm3", t, LAYER_NORM)), t);
    }

    private GraphValue attention(String path, GraphValue x, GraphValue seen, int heads) {
        GraphValue q = layers.linear(path + "to_q", x);
        GraphValue k = layers.linear(path + "to_k", seen);
        GraphValue v = layers.linear(path + "to_v", seen);
        return layers.linear(path + "to_out.0", layers.attention(q, k, v, batch, heads, config.upcast()));
    }

    /** Gated: half of what comes out of the first linear opens the other half. */
    private GraphValue forward(String path, GraphValue x) {
        GraphValue inner = layers.linear(path + "0.proj", x);
        long half = inner.size(1) / 2;
        GraphValue gate = layers.gelu(ops().slice(inner, 1, half, 2 * half));
        return layers.linear(path + "2", ops().times(ops().slice(inner, 1, 0, half), gate));
    }

    private Operators ops() {
        return layers.ops();
    }
}
