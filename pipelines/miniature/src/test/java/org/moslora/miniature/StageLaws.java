package org.moslora.miniature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import java.util.Locale;
import org.moslora.layers.Arena;
import org.moslora.layers.FlatParameters;

/** What holds of every stage, whatever it trains. */
public final class StageLaws {
    private StageLaws() {}

    /** The loss of a step, whose gradients are then in the parameters. */
    private static double learn(Stage stage, int step) {
        try (Arena arena = stage.arena().child()) {
            stage.trained().materialize(arena);
            double loss = stage.learn(step);
            stage.trained().backward(arena);
            return loss;
        }
    }

    private static void move(FlatParameters parameters, Arena arena, float[] direction, double by) {
        float[] scaled = new float[direction.length];
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] = (float) (direction[i] * by);
        }
        NDArray step = arena.floats(scaled, scaled.length);
        parameters.value().addi(step);
    }

    private static double norm(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += (double) value * value;
        }
        return Math.sqrt(sum);
    }

    /**
     * Along its gradient the loss rises by the gradient's length, and a step gives the same loss whenever it is taken.
     *
     * @param by how far the parameters are moved in all, to either side
     */
    public static void gradientsAreThoseOfTheLoss(Stage stage, double by) {
        FlatParameters parameters = stage.trained().parameters();
        double here = learn(stage, 1);
        float[] gradient = parameters.gradient().toFloatArray();
        double norm = norm(gradient);
        double[] sides = new double[2];
        for (int side = 0; side < 2; side++) {
            try (Arena arena = stage.arena().child()) {
                move(parameters, arena, gradient, (side == 0 ? by : -2 * by) / norm);
            }
            sides[side] = learn(stage, 1);
        }
        try (Arena arena = stage.arena().child()) {
            move(parameters, arena, gradient, by / norm);
        }
        String seen = String.format(Locale.ROOT, "%s %s %s", sides[1], here, sides[0]);
        assertThat(here).as(seen).isBetween(Math.min(sides[1], sides[0]), Math.max(sides[1], sides[0]));
        assertThat((sides[0] - sides[1]) / (2 * by)).as(seen).isCloseTo(norm, within(0.03 * norm));
    }

    /** Whoever looks at a stage leaves no gradients and no arrays, and sees the same again. */
    public static void examiningChangesNothing(Stage stage) {
        try (Arena arena = stage.arena().child()) {
            stage.trained().materialize(arena);
            int live = stage.arena().live();
            assertThat(stage.examine()).isEqualTo(stage.examine()).isNotEmpty();
            assertThat(stage.arena().live()).isEqualTo(live);
        }
        assertThat(norm(stage.trained().parameters().gradient().toFloatArray())).isZero();
    }

    /** Steps that are not the same one learn from other scenes. */
    public static void everyStepHasItsOwnScenes(Stage stage) {
        double first = learn(stage, 1);
        assertThat(learn(stage, 2)).isNotEqualTo(first);
        assertThat(learn(stage, 1)).isEqualTo(first);
    }

    /** Goes down the gradient a few times; the loss of the same scenes falls each time. */
    public static void theLossFalls(Stage stage, double by, int times) {
        double before = Double.POSITIVE_INFINITY;
        for (int i = 0; i < times; i++) {
            double loss = learn(stage, 1);
            assertThat(loss).as("time " + i).isLessThan(before);
            before = loss;
            FlatParameters parameters = stage.trained().parameters();
            float[] gradient = parameters.gradient().toFloatArray();
            try (Arena arena = stage.arena().child()) {
                move(parameters, arena, gradient, -by / norm(gradient));
            }
        }
    }
}
