package org.moslora.onnx.engine;

import org.moslora.diffusion.text.ClipTextConfig;
import org.moslora.diffusion.text.ClipTextNames;
import org.moslora.onnx.session.GraphHeader;
import org.moslora.onnx.session.StoredWeight;

/**
 * The norm after a text encoder's blocks, for states of blocks before the last: their graph gives those without it.
 *
 * @param weight what a normed row is multiplied with
 * @param bias what is added to that
 * @param epsilon added to the variance
 */
@SuppressWarnings("ArrayRecordComponent") // read in place, never compared
record FinalNorm(float[] weight, float[] bias, double epsilon) {
    /** @throws org.moslora.problems.InvalidInput if the graph does not hold it under the model's names */
    static FinalNorm read(GraphHeader graph, ClipTextConfig config) {
        return new FinalNorm(
                StoredWeight.read(graph, ClipTextNames.FINAL_NORM + ".weight"),
                StoredWeight.read(graph, ClipTextNames.FINAL_NORM + ".bias"),
                config.epsilon());
    }

    /** Norms states [n, hidden] row by row. */
    float[] of(float[] states) {
        float[] normed = new float[states.length];
        for (int start = 0; start < states.length; start += weight.length) {
            row(states, start, normed);
        }
        return normed;
    }

    private void row(float[] states, int start, float[] normed) {
        double sum = 0;
        for (int i = 0; i < weight.length; i++) {
            sum += states[start + i];
        }
        double mean = sum / weight.length;
        double squares = 0;
        for (int i = 0; i < weight.length; i++) {
            squares += (states[start + i] - mean) * (states[start + i] - mean);
        }
        double scale = 1 / Math.sqrt(squares / weight.length + epsilon);
        for (int i = 0; i < weight.length; i++) {
            normed[start + i] = (float) ((states[start + i] - mean) * scale * weight[i] + bias[i]);
        }
    }
}
