package org.moslora.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import java.util.Map;

/**
 * What a reference says of a prediction and of the gradients of all tensors, in four numbers: the prediction's dot product
 * with the formula's {@code gradient}, of which the gradients are, and its norm; the sum of the gradients' dot products
 * with their {@code .probe}, and the norm of them all.
 */
public record Probed(double dot, double norm, double gradients, double gradientNorm) {
    private static final double TOLERANCE = 5e-5;

    /** Checks a prediction. */
    public void checkPrediction(NDArray prediction) {
        float[] values = prediction.toFloatArray();
        assertThat(Adapted.dot(values, Formula.values("gradient", values.length, 1)))
                .as("prediction along its gradient")
                .isCloseTo(dot, within(TOLERANCE * norm));
        assertThat(Math.sqrt(Adapted.dot(values, values)))
                .as("norm of the prediction")
                .isCloseTo(norm, within(TOLERANCE * norm));
    }

    /** Checks the gradients of all tensors. */
    public void checkGradients(Map<String, NDArray> all) {
        double[] sums = new double[2];
        all.forEach((name, gradient) -> {
            float[] values = gradient.toFloatArray();
            sums[0] += Adapted.dot(values, Formula.values(name + ".probe", values.length, 1));
            sums[1] += Adapted.dot(values, values);
        });
        assertThat(sums[0]).as("gradients along their probes").isCloseTo(gradients, within(TOLERANCE * gradientNorm));
        assertThat(Math.sqrt(sums[1]))
                .as("norm of the gradients")
                .isCloseTo(gradientNorm, within(TOLERANCE * gradientNorm));
    }
}
