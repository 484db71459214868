package org.moslora.onnx.picture;

import java.util.List;
import org.moslora.diffusion.mmdit.MmditConfig;
import org.moslora.onnx.graph.Graph;
import org.moslora.onnx.graph.GraphValue;
import org.moslora.onnx.graph.Layers;
import org.moslora.onnx.graph.Operators;

/**
 * Blocks of two streams, text and places, that attend together, and then of one.
 *
 * @param time what all modulation is made of, [B, width]
 * @param words rows of each text, as a vector
 * @param turns by which heads turn, those of the text's rows first
 */
record FluxBlocks(MmditConfig config, FlowStreams streams, GraphValue time, GraphValue words, AxialTurns turns) {
    private static final int ONE = 3;
    private static final String ACTIVATION = "gelu_pytorch_tanh";

    /** The feed-forward part of a stream of FLUX.1 and of Stable Diffusion 3. */
    static JointBlock.Feed feed(Layers layers) {
        return (path, rows) ->
                layers.linear(path + "net.2", layers.activation(layers.linear(path + "net.0.proj", rows), ACTIVATION));
    }

    /** The two streams through all blocks; the places' rows. */
    GraphValue over(Graph graph, GraphValue text, GraphValue places) {
        List<GraphValue> both = List.of(text, places);
        JointBlock block = new JointBlock(streams, turns, config.headNorms(), words, feed(layers()));
        for (int i = 0; i < config.doubles(); i++) {
            String path = "transformer_blocks." + i;
            graph.at(path);
            List<GraphValue> p = streams.modulation(path + ".norm1.linear", time, JointBlock.ONCE);
            List<GraphValue> t = streams.modulation(path + ".norm1_context.linear", time, JointBlock.ONCE);
            both = block.of(path + ".", both.get(0), both.get(1), t, p);
        }
        GraphValue joined = ops().concat(1, both.get(0), both.get(1));
        for (int i = 0; i < config.singles(); i++) {
            graph.at("single_transformer_blocks." + i);
            joined = once("single_transformer_blocks." + i + ".", joined);
        }
        return ops().after(joined, 1, words);
    }

    private GraphValue once(String path, GraphValue x) {
        List<GraphValue> m = streams.modulation(path + "norm.linear", time, ONE);
        GraphValue n = streams.rows(streams.moved(x, m.get(0), m.get(1)));
        String attn = path + "attn.";
        GraphValue q = turns.over(streams.headed(attn + "to_q", attn + "norm_q", n));
        GraphValue k = turns.over(streams.headed(attn + "to_k", attn + "norm_k", n));
        GraphValue seen = streams.attention(q, k, layers().linear(attn + "to_v", n));
        GraphValue inner = layers().activation(layers().linear(path + "proj_mlp", n), ACTIVATION);
        return streams.gated(x, m.get(2), layers().linear(path + "proj_out", ops().concat(1, seen, inner)));
    }

    private Layers layers() {
        return streams.layers();
    }

    private Operators ops() {
        return streams.ops();
    }
}
