package org.moslora.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import java.util.function.DoubleSupplier;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;

/** Gradients of adapters against differences of the loss. */
public final class Slopes {
    private static final double STEP = 2e-3;

    private Slopes() {}

    /**
     * Moves each factor of the adapter at a path along its gradient, where the slope of the loss is the gradient's norm.
     *
     * @param adapters whose gradients are those of {@code loss}
     */
    public static void mustBeGradients(Arena owner, Adapted adapters, String path, DoubleSupplier loss) {
        mustBe(
                owner,
                "down of " + path,
                adapters.pairs().get(path).down(),
                adapters.gradients().get(path).down(),
                loss);
        mustBe(
                owner,
                "up of " + path,
                adapters.pairs().get(path).up(),
                adapters.gradients().get(path).up(),
                loss);
    }

    private static void mustBe(Arena owner, String what, NDArray factor, NDArray gradient, DoubleSupplier loss) {
        float[] direction = gradient.toFloatArray();
        double norm = Math.sqrt(Adapted.dot(direction, direction));
        double after = moved(owner, factor, direction, STEP / norm, loss);
        double before = moved(owner, factor, direction, -STEP / norm, loss);
        assertThat((after - before) / (2 * STEP)).as(what).isCloseTo(norm, within(1e-2 * norm));
    }

    private static double moved(Arena owner, NDArray factor, float[] direction, double by, DoubleSupplier loss) {
        float[] start = factor.toFloatArray();
        float[] there = start.clone();
        for (int i = 0; i < there.length; i++) {
            there[i] += (float) (by * direction[i]);
        }
        try (Arena moving = owner.child()) {
            Kernels.get().call(moving, "copied_into", factor, moving.floats(there, there.length));
            double value = loss.getAsDouble();
            Kernels.get().call(moving, "copied_into", factor, moving.floats(start, start.length));
            return value;
        }
    }
}
