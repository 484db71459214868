package org.moslora.onnx.picture;

import java.util.ArrayList;
import java.util.List;
import org.moslora.onnx.graph.GraphValue;
import org.moslora.onnx.graph.Layers;
import org.moslora.onnx.graph.Operators;

/**
 * Rotary positions on several axes: each head's neighbouring entries turn by angles of their row's position.
 *
 * @param cos [n, 1, d/2, 1]
 * @param sin likewise
 */
record AxialTurns(Layers layers, GraphValue cos, GraphValue sin) {
    /**
     * Those of some positions.
     *
     * @param at [n, axes]
     * @param widths entries of a head that turn by each axis, one axis's after the other's
     * @param theta base of the angles
     */
    static AxialTurns of(Layers layers, GraphValue at, List<Integer> widths, double theta) {
        Operators ops = layers.ops();
        List<GraphValue> angles = new ArrayList<>();
        for (int axis = 0; axis < widths.size(); axis++) {
            int width = widths.get(axis);
            float[] steps = new float[width / 2];
            for (int i = 0; i < steps.length; i++) {
                steps[i] = (float) Math.pow(theta, -2.0 * i / width);
            }
            angles.add(ops.times(ops.slice(at, 1, axis, axis + 1L), ops.vector(steps)));
        }
        GraphValue all = ops.concat(1, angles.toArray(new GraphValue[0]));
        return new AxialTurns(
                layers,
                layers.narrow(ops.unsqueeze(ops.each("Cos", all), 1, 3)),
                layers.narrow(ops.unsqueeze(ops.each("Sin", all), 1, 3)));
    }

    /** Those of the first rows, as many as a vector of one number says. */
    AxialTurns first(GraphValue count) {
        Operators ops = layers.ops();
        return new AxialTurns(layers, ops.first(cos, 0, count), ops.first(sin, 0, count));
    }

    /** Those of the rows behind so many. */
    AxialTurns after(GraphValue count) {
        Operators ops = layers.ops();
        return new AxialTurns(layers, ops.after(cos, 0, count), ops.after(sin, 0, count));
    }

    /** Heads [B, n, heads, d], turned, as rows [B·n, heads·d]. */
    GraphValue over(GraphValue heads) {
        Operators ops = layers.ops();
        long width = heads.size(2) * heads.size(3);
        GraphValue pairs = ops.reshape(heads, 0, 0, heads.size(2), heads.size(3) / 2, 2);
        GraphValue a = ops.slice(pairs, 4, 0, 1);
        GraphValue b = ops.slice(pairs, 4, 1, 2);
        GraphValue first = ops.add(ops.times(a, cos), ops.times(ops.times(b, sin), -1));
        GraphValue second = ops.add(ops.times(b, cos), ops.times(a, sin));
        return ops.reshape(ops.concat(4, first, second), -1, width);
    }
}
