package org.moslora.onnx.picture;

import org.moslora.onnx.graph.GraphValue;
import org.moslora.onnx.graph.Layers;
import org.moslora.onnx.graph.Operators;

/** What transformers make of a time, and of other things that are said once about a picture. */
record FlowTimes(Layers layers) {
    private static final float PERIOD = 10_000;

    /** Cosines, then sines, of numbers [B]: [B, width]. */
    GraphValue sinusoid(GraphValue t, int width) {
        Operators ops = layers.ops();
        int half = width / 2;
        float[] frequencies = new float[half];
        for (int i = 0; i < half; i++) {
            // In the float arithmetic of the models' own code.
            frequencies[i] = (float) Math.exp(i * -(float) Math.log(PERIOD) / (float) half);
        }
        GraphValue angles = ops.times(ops.unsqueeze(t, 1), ops.vector(frequencies));
        return layers.narrow(ops.concat(1, ops.each("Cos", angles), ops.each("Sin", angles)));
    }

    /** Two layers with an activation between them. */
    GraphValue embedded(String first, String second, GraphValue x) {
        return layers.linear(second, layers.silu(layers.linear(first, x)));
    }
}
