package org.moslora.diffusion;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Kernels;
import org.moslora.layers.Linear;
import org.moslora.layers.Linears;
import org.moslora.layers.OtherTensor;

/** Trains tensors whole, and gathers their gradients. */
public final class Whole implements Linears {
    /** Rounding of one in another order than the reference's, over all entries of a tensor. */
    private static final double TOLERANCE = 2e-5;
    /** Of tensors whose gradient is nothing but rounding, such as the biases of keys. */
    private static final double NOTHING = 1e-6;

    private final Arena arena;
    private final Compute compute;
    private final Predicate<String> trained;
    private final SortedMap<String, NDArray> gradients = new TreeMap<>();

    /** @param trained which tensors learn, by layer or by name */
    public Whole(Arena arena, Compute compute, Predicate<String> trained) {
        this.arena = arena;
        this.compute = compute;
        this.trained = trained;
    }

    @Override
    public void made(Linear linear) {
        String path = linear.site().path();
        if (trained.test(path)) {
            NDArray bias = linear.bias();
            linear.train(
                    copy(linear.weight()),
                    gradient(path + ".weight", linear.weight()),
                    bias == null ? null : copy(bias),
                    bias == null ? null : gradient(path + ".bias", bias));
        }
    }

    @Override
    public void made(OtherTensor tensor) {
        if (trained.test(tensor.name())) {
            tensor.train(copy(tensor.value()), gradient(tensor.name(), tensor.value()));
        }
    }

    private NDArray copy(NDArray value) {
        return Kernels.get().one(arena, "converted", value, compute.precision().scalarType(), compute.deviceName());
    }

    private NDArray gradient(String name, NDArray value) {
        NDArray zeros = arena.zeros(value.getShape().getShape());
        gradients.put(name, zeros);
        return zeros;
    }

    /** The gradients by name. */
    public SortedMap<String, NDArray> gradients() {
        return gradients;
    }

    /** Zeroes all gradients. */
    public void zero() {
        Kernels.get().call(arena, "zero", List.copyOf(gradients.values()));
    }

    /**
     * Checks every gradient against its row of the reference: the dot product with a tensor of the formula, and its norm.
     *
     * @param expected two numbers for each tensor, in the order of the names
     */
    public void check(float[] expected, double tolerance) {
        assertThat(expected).hasSize(2 * gradients.size());
        double largest = 0;
        for (int i = 1; i < expected.length; i += 2) {
            largest = Math.max(largest, expected[i]);
        }
        int at = 0;
        for (String name : gradients.keySet()) {
            float[] gradient = gradients.get(name).toFloatArray();
            double norm = expected[at + 1];
            double allowed = tolerance * norm * Math.sqrt(gradient.length) + NOTHING * largest;
            double probe = Adapted.dot(gradient, Formula.values(name + ".probe", gradient.length, 1));
            assertThat(Math.abs(probe - expected[at++]))
                    .as(name + " along its probe")
                    .isLessThan(allowed);
            assertThat(Math.abs(Math.sqrt(Adapted.dot(gradient, gradient)) - expected[at++]))
                    .as("norm of " + name)
                    .isLessThan(tolerance * norm + NOTHING * largest);
        }
    }

    /** As {@link #check(float[], double)}, for fp32. */
    public void check(float[] expected) {
        check(expected, TOLERANCE);
    }
}
