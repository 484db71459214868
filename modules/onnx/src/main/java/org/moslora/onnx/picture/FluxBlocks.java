package org.moslora.onnx.picture;

import java.util.ArrayList;
import java.util.List;
import org.moslora.diffusion.mmdit.MmditConfig;
import org.moslora.onnx.graph.Axis;
import org.moslora.onnx.graph.Graph;
import org.moslora.onnx.graph.GraphValue;
import org.moslora.onnx.graph.Layers;
import org.moslora.onnx.graph.Operators;

/**
 * Blocks of two streams, text and places, that attend together, and then of one. A stream is [B, n, width].
 *
 * @param time what all modulation is made of, [B, width]
 * @param batch B as a vector
 * @param words rows of each text, as a vector
 * @param turns cosines and sines by which heads turn, those of the text's rows first
 */
record FluxBlocks(
        MmditConfig config,
        Layers layers,
        GraphValue time,
        GraphValue batch,
        GraphValue words,
        List<GraphValue> turns) {
    private static final double EPSILON = 1e-6;
    private static final int BOTH = 6;
    private static final int ONE = 3;

    /** The two streams through all blocks; the places' rows. */
    GraphValue over(Graph graph, GraphValue text, GraphValue places) {
        List<GraphValue> streams = List.of(text, places);
        for (int i = 0; i < config.doubles(); i++) {
            graph.at("transformer_blocks." + i);
            streams = twice("transformer_blocks." + i + ".", streams.get(0), streams.get(1));
        }
        GraphValue joined = ops().concat(1, streams.get(0), streams.get(1));
        for (int i = 0; i < config.singles(); i++) {
            graph.at("single_transformer_blocks." + i);
            joined = once("single_transformer_blocks." + i + ".", joined);
        }
        return ops().after(joined, 1, words);
    }

    private List<GraphValue> twice(String path, GraphValue text, GraphValue places) {
        List<GraphValue> p = modulation(path + "norm1.linear", BOTH);
        List<GraphValue> t = modulation(path + "norm1_context.linear", BOTH);
        GraphValue np = rows(moved(places, p.get(0), p.get(1)));
        GraphValue nt = rows(moved(text, t.get(0), t.get(1)));
        String attn = path + "attn.";
        GraphValue q = joined(
                headed(attn + "add_q_proj", attn + "norm_added_q", nt), headed(attn + "to_q", attn + "norm_q", np));
        GraphValue k = joined(
                headed(attn + "add_k_proj", attn + "norm_added_k", nt), headed(attn + "to_k", attn + "norm_k", np));
        GraphValue v = rows(ops().concat(
                        1, apart(layers.linear(attn + "add_v_proj", nt)), apart(layers.linear(attn + "to_v", np))));
        GraphValue seen = apart(layers.attention(q, k, v, batch, config.heads(), false));
        GraphValue ours = layers.linear(attn + "to_out.0", rows(ops().after(seen, 1, words)));
        GraphValue theirs = layers.linear(attn + "to_add_out", rows(ops().first(seen, 1, words)));
        return List.of(
                fed(path + "ff_context.net.", gated(text, t.get(2), theirs), t),
                fed(path + "ff.net.", gated(places, p.get(2), ours), p));
    }

    private GraphValue once(String path, GraphValue x) {
        List<GraphValue> m = modulation(path + "norm.linear", ONE);
        GraphValue n = rows(moved(x, m.get(0), m.get(1)));
        String attn = path + "attn.";
        GraphValue q = turned(headed(attn + "to_q", attn + "norm_q", n));
        GraphValue k = turned(headed(attn + "to_k", attn + "norm_k", n));
        GraphValue seen = layers.attention(q, k, layers.linear(attn + "to_v", n), batch, config.heads(), false);
        GraphValue inner = layers.activation(layers.linear(path + "proj_mlp", n), "gelu_pytorch_tanh");
        return gated(x, m.get(2), layers.linear(path + "proj_out", ops().concat(1, seen, inner)));
    }

    /** The feed-forward part of a stream. */
    private GraphValue fed(String path, GraphValue x, List<GraphValue> m) {
        GraphValue n = rows(moved(x, m.get(3), m.get(4)));
        GraphValue inner = layers.activation(layers.linear(path + "0.proj", n), "gelu_pytorch_tanh");
        return gated(x, m.get(5), layers.linear(path + "2", inner));
    }

    /** Queries or keys by head, normed: [B, n, heads, d]. */
    private GraphValue headed(String path, String norm, GraphValue rows) {
        long width = config.headWidth();
        GraphValue shape = ops().concat(0, batch, ops().vector(-1, config.heads(), width));
        GraphValue heads = ops().reshape(
                        layers.linear(path, rows),
                        shape,
                        Axis.free("batch_size"),
                        Axis.unknown(),
                        Axis.of(config.heads()),
                        Axis.of(width));
        return layers.rms(norm + ".weight", heads, EPSILON);
    }

    private GraphValue joined(GraphValue text, GraphValue places) {
        return turned(ops().concat(1, text, places));
    }

    /** Neighbours of each head turned by the angles of their row, as rows: [B·n, width]. */
    private GraphValue turned(GraphValue heads) {
        GraphValue pairs = ops().reshape(heads, 0, 0, config.heads(), config.headWidth() / 2L, 2);
        GraphValue a = ops().slice(pairs, 4, 0, 1);
        GraphValue b = ops().slice(pairs, 4, 1, 2);
        GraphValue cos = turns.get(0);
        GraphValue sin = turns.get(1);
        GraphValue first = ops().add(ops().times(a, cos), ops().times(ops().times(b, sin), -1));
        GraphValue second = ops().add(ops().times(b, cos), ops().times(a, sin));
        return ops().reshape(ops().concat(4, first, second), -1, config.width());
    }

    /** What a layer makes of the time, in so many parts: each [B, 1, width]. */
    List<GraphValue> modulation(String path, int parts) {
        GraphValue all = layers.linear(path, time);
        List<GraphValue> each = new ArrayList<>();
        for (long i = 0; i < parts; i++) {
            each.add(ops().unsqueeze(ops().slice(all, 1, i * config.width(), (i + 1) * config.width()), 1));
        }
        return each;
    }

    /** A stream normed, (1 + scale) times as large, and shifted. */
    GraphValue moved(GraphValue x, GraphValue shift, GraphValue scale) {
        return ops().add(ops().times(ops().norm(x, EPSILON), ops().add(scale, 1)), shift);
    }

    private GraphValue gated(GraphValue x, GraphValue gate, GraphValue rows) {
        return ops().add(x, ops().times(gate, apart(rows)));
    }

    /** Rows by picture: [B, n, width]. */
    GraphValue apart(GraphValue rows) {
        GraphValue shape = ops().concat(0, batch, ops().vector(-1, (long) config.width()));
        return ops().reshape(rows, shape, Axis.free("batch_size"), Axis.unknown(), Axis.of(config.width()));
    }

    /** [B·n, width] */
    GraphValue rows(GraphValue stream) {
        return ops().reshape(stream, -1, config.width());
    }

    private Operators ops() {
        return layers.ops();
    }
}
