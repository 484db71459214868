package org.moslora.onnx.picture;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.onnx.graph.Axis;
import org.moslora.onnx.graph.GraphValue;
import org.moslora.onnx.graph.Layers;
import org.moslora.onnx.graph.Operators;

/**
 * What transformers that denoise by flow matching do with a stream, of text or of a picture's places: [B, n, width], its
 * rows [B·n, width].
 *
 * @param batch B as a vector
 */
record FlowStreams(Layers layers, int heads, int headWidth, GraphValue batch) {
    private static final double EPSILON = 1e-6;

    int width() {
        return heads * headWidth;
    }

    Operators ops() {
        return layers.ops();
    }

    /** Rows by picture: [B, n, width]. */
    GraphValue apart(GraphValue rows) {
        GraphValue shape = ops().concat(0, batch, ops().vector(-1, (long) width()));
        return ops().reshape(rows, shape, Axis.free("batch_size"), Axis.unknown(), Axis.of(width()));
    }

    /** [B·n, width] of a stream, or of one by head. */
    GraphValue rows(GraphValue stream) {
        return ops().reshape(stream, -1, width());
    }

    /** What a layer makes of something about each picture, [B, any], in so many parts: each [B, 1, width]. */
    List<GraphValue> modulation(String path, GraphValue told, int parts) {
        GraphValue all = layers.linear(path, told);
        List<GraphValue> each = new ArrayList<>();
        for (long i = 0; i < parts; i++) {
            each.add(ops().unsqueeze(ops().slice(all, 1, i * width(), (i + 1) * width()), 1));
        }
        return each;
    }

    /** A stream normed, (1 + scale) times as large, and shifted. */
    GraphValue moved(GraphValue x, GraphValue shift, GraphValue scale) {
        return ops().add(ops().times(ops().norm(x, EPSILON), ops().add(scale, 1)), shift);
    }

    /** A stream, and rows as far as a gate lets them in. */
    GraphValue gated(GraphValue x, GraphValue gate, GraphValue rows) {
        return ops().add(x, ops().times(gate, apart(rows)));
    }

    /** Queries or keys by head, normed where a norm is named: [B, n, heads, d]. */
    GraphValue headed(GraphValue rows, @Nullable String norm, double epsilon) {
        return normed(byHead(), rows, norm, epsilon);
    }

    /** The same of what a layer makes of rows. */
    GraphValue headed(String path, @Nullable String norm, GraphValue rows) {
        return normed(byHead(), layers.linear(path, rows), norm, EPSILON);
    }

    private GraphValue byHead() {
        return ops().concat(0, batch, ops().vector(-1, heads, (long) headWidth));
    }

    private GraphValue normed(GraphValue shape, GraphValue rows, @Nullable String norm, double epsilon) {
        Axis[] axes = {Axis.free("batch_size"), Axis.unknown(), Axis.of(heads), Axis.of(headWidth)};
        GraphValue split = ops().reshape(rows, shape, axes);
        return norm == null ? split : layers.rms(norm + ".weight", split, epsilon);
    }

    /** Each row of a picture looks at all of its rows: rows. */
    GraphValue attention(GraphValue q, GraphValue k, GraphValue v) {
        return layers.attention(q, k, v, batch, heads, false);
    }

    /** Half of what comes out of a layer opens the other half: silu(a)·b of [a, b]. */
    static GraphValue opened(Layers layers, GraphValue rows) {
        Operators ops = layers.ops();
        long half = rows.size(1) / 2;
        return ops.times(layers.silu(ops.slice(rows, 1, 0, half)), ops.slice(rows, 1, half, 2 * half));
    }
}
