package org.moslora.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.DoubleSupplier;
import org.moslora.layers.Arena;
import org.moslora.tensors.HalfFloats;
import org.moslora.tensors.WeightSource;

/**
 * What PyTorch computed of a model whose every tensor learns.
 *
 * @param tensors of the same model here
 * @param expected gradients of the sum of all losses by the tensors' names, and {@code curve}, the losses of some steps
 *     of AdamW
 */
public record WholeGolden(WholeTensors tensors, WeightSource expected) implements AutoCloseable {
    private static final String CURVE = "curve";

    /** Every tensor that learns there learns here, and none else. */
    public void mustLearnTheSameTensors() {
        Set<String> wanted = new TreeSet<>(expected.names());
        wanted.remove(CURVE);
        assertThat(new TreeSet<>(tensors.gradients().keySet())).isEqualTo(wanted);
    }

    /** The gradients are PyTorch's but for rounding. */
    public void mustHaveTheSameGradients() {
        tensors.gradients().forEach((name, gradient) -> {
            float[] wanted = HalfFloats.floats(expected, name);
            float largest = 0;
            for (float value : wanted) {
                largest = Math.max(largest, Math.abs(value));
            }
            // Of a bias of keys the gradient is rounding of zero: keys moved together attend alike.
            assertThat(gradient.toFloatArray()).as(name).containsExactly(wanted, within(5e-4f * largest + 5e-4f));
        });
    }

    /**
     * The losses of all steps are PyTorch's but for rounding.
     *
     * @param owner of the moments
     * @param learn adds the gradients of a step, and returns the sum of its losses
     */
    public void mustHaveTheSameCurve(Arena owner, DoubleSupplier learn) {
        float[] curve = HalfFloats.floats(expected, CURVE);
        assertThat(curve).isNotEmpty();
        Map<String, NDArray> first = new HashMap<>();
        Map<String, NDArray> second = new HashMap<>();
        for (int step = 1; step <= curve.length; step++) {
            double wanted = curve[step - 1];
            assertThat(learn.getAsDouble()).as("step " + step).isCloseTo(wanted, within(2e-4 * wanted));
            tensors.update(owner, step, first, second);
        }
    }

    @Override
    public void close() {
        expected.close();
    }
}
