package org.moslora.onnx.picture;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.diffusion.zimage.ZImageConfig;
import org.moslora.onnx.graph.Graph;
import org.moslora.onnx.graph.GraphValue;
import org.moslora.onnx.graph.Layers;
import org.moslora.onnx.graph.Operators;

/**
 * Blocks of one stream, of a picture, of a caption or of both, as Z-Image has them.
 *
 * @param epsilon of their norms but those of heads
 * @param time embedded, [B, any]; null where it has no say
 * @param turns by which heads turn
 */
record RefinedStream(
        FlowStreams streams, double epsilon, @Nullable GraphValue time, AxialTurns turns) {
    private static final int PARTS = 4;

    /** So many blocks, one after the other. */
    GraphValue over(Graph graph, String path, int count, GraphValue x) {
        GraphValue y = x;
        for (int i = 0; i < count; i++) {
            graph.at(path + i);
            y = block(path + i + ".", y);
        }
        return y;
    }

    private GraphValue block(String path, GraphValue x) {
        // Scale and gate of attention, scale and gate of the feed-forward part.
        List<GraphValue> m = time == null ? List.of() : streams.modulation(path + "adaLN_modulation.0", time, PARTS);
        GraphValue seen = attention(path + "attention.", streams.rows(scaled(path + "attention_norm1", x, m, 0)));
        GraphValue h = ops().add(x, gated(path + "attention_norm2", seen, m, 1));
        GraphValue fed = forward(path + "feed_forward.", streams.rows(scaled(path + "ffn_norm1", h, m, 2)));
        return ops().add(h, gated(path + "ffn_norm2", fed, m, 3));
    }

    private GraphValue scaled(String norm, GraphValue x, List<GraphValue> m, int part) {
        GraphValue n = normed(norm, x);
        return m.isEmpty() ? n : ops().times(n, ops().add(m.get(part), 1));
    }

    private GraphValue gated(String norm, GraphValue rows, List<GraphValue> m, int part) {
        GraphValue n = normed(norm, streams.apart(rows));
        return m.isEmpty() ? n : ops().times(n, ops().each("Tanh", m.get(part)));
    }

    private GraphValue attention(String path, GraphValue rows) {
        GraphValue q = turned(path + "to_q", path + "norm_q", rows);
        GraphValue k = turned(path + "to_k", path + "norm_k", rows);
        return layers().linear(path + "to_out.0", streams.attention(q, k, layers().linear(path + "to_v", rows)));
    }

    private GraphValue turned(String path, String norm, GraphValue rows) {
        return turns.over(streams.headed(layers().linear(path, rows), norm, ZImageConfig.HEAD_EPSILON));
    }

    private GraphValue forward(String path, GraphValue rows) {
        GraphValue gate = layers().silu(layers().linear(path + "w1", rows));
        return layers().linear(path + "w2", ops().times(gate, layers().linear(path + "w3", rows)));
    }

    private GraphValue normed(String norm, GraphValue x) {
        return layers().rms(norm + ".weight", x, epsilon);
    }

    private Layers layers() {
        return streams.layers();
    }

    private Operators ops() {
        return streams.ops();
    }
}
