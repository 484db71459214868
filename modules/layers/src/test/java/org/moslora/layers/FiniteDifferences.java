package org.moslora.layers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;

/**
 * Compares every gradient of a block with central differences of L = Σ dy·y: for each tensor along single entries,
 * along random directions and along the gradient itself.
 */
final class FiniteDifferences {
    private static final double STEP = 1e-2;
    private static final int ENTRIES = 6;
    private static final int DIRECTIONS = 4;

    private final BlockKernels kernels;
    private final BlockValues tensors;
    private final Random random = new Random(7);

    private FiniteDifferences(BlockKernels kernels, BlockValues tensors) {
        this.kernels = kernels;
        this.tensors = tensors;
    }

    static void check(BlockKernels kernels, BlockValues tensors) {
        FiniteDifferences differences = new FiniteDifferences(kernels, tensors);
        BlockValues.Result result = tensors.run(kernels);
        differences.check("x", false, -1, tensors.x(), result.dx());
        for (int i = 0; i < tensors.weights().size(); i++) {
            differences.check(
                    "weight " + i,
                    false,
                    i,
                    tensors.weights().get(i),
                    result.weights().get(i));
        }
        for (int i = 0; i < tensors.pairs().size(); i++) {
            differences.check(
                    "pair " + i, true, i, tensors.pairs().get(i), result.pairs().get(i));
        }
    }

    private void check(String name, boolean pair, int index, Values values, Values gradient) {
        int size = values.data().length;
        if (size == 0) {
            return;
        }
        for (int i = 0; i < ENTRIES; i++) {
            float[] one = new float[size];
            one[random.nextInt(size)] = 1;
            check(name + " entry", pair, index, values, gradient, one);
        }
        for (int i = 0; i < DIRECTIONS; i++) {
            float[] direction = Values.random(random, 0, 1, size).data();
            check(name + " direction", pair, index, values, gradient, direction);
        }
        check(name + " along itself", pair, index, values, gradient, gradient.data());
    }

    private void check(String name, boolean pair, int index, Values values, Values gradient, float[] direction) {
        double norm = Math.sqrt(new Values(direction).dot(direction));
        if (norm < 1e-4) {
            // A bias of keys shifts all scores of a row alike: softmax does not see it, and there is no direction.
            return;
        }
        float[] unit = direction.clone();
        for (int i = 0; i < unit.length; i++) {
            unit[i] /= (float) norm;
        }
        double above = loss(tensors.moved(pair, index, values.plus(STEP, unit)));
        double below = loss(tensors.moved(pair, index, values.plus(-STEP, unit)));
        double length = Math.sqrt(gradient.dot(gradient.data()));
        double difference = (above - below) / (2 * STEP);
        assertThat(Math.abs(difference - gradient.dot(unit)))
                .as("%s: difference %s, gradient %s", name, difference, gradient.dot(unit))
                .isLessThanOrEqualTo(Tolerance.DIFFERENCE * Math.max(gradient.largest(), length / 4) + 1e-3);
    }

    private double loss(BlockValues moved) {
        return moved.forward(kernels).dot(moved.dy().data());
    }
}
