package org.moslora.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.layers.FlatParameters;
import org.moslora.layers.Kernels;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.HalfFloats;
import org.moslora.tensors.SafetensorsFile;
import org.moslora.tensors.WeightSource;

class MuonTest {
    private static final Offset<Float> NEAR = within(2e-5f);
    private static final AdamW.Settings SETTINGS = new AdamW.Settings(0.9, 0.999, 1e-8, 0.1, 0);
    private static final double RATE = 0.02;
    private static final double MOMENTUM = 0.95;

    private Arena arena;

    @BeforeAll
    static void start() {
        Engine.start(1);
    }

    @BeforeEach
    void open() {
        arena = Arena.open(Compute.cpu());
    }

    @AfterEach
    void close() {
        arena.close();
    }

    /** Written out in doubles from the description of the method, transposing nothing. */
    @ParameterizedTest
    @CsvSource({"3, 5", "5, 3", "4, 4"})
    void stepsAreTheMethodsWrittenOut(int rows, int columns) {
        FlatParameters.Plan plan = new FlatParameters.Plan();
        plan.reserveMatrix("whole", rows, columns);
        FlatParameters parameters = plan.allocate(arena);
        Muon muon = new Muon(parameters, RATE, Map.of("whole", 1.0), SETTINGS, arena);
        double[][] value = new double[rows][columns];
        double[][] momentum = new double[rows][columns];
        for (int step = 1; step <= 3; step++) {
            double[][] gradient = gradient(rows, columns, step);
            put(parameters.gradient(), gradient);
            muon.update(arena, step, 0.5);
            update(value, momentum, gradient, 0.5 * RATE);
            assertThat(parameters.value().toFloatArray()).containsExactly(flat(value), NEAR);
            assertThat(muon.state().get("momentum").toFloatArray()).containsExactly(flat(momentum), NEAR);
        }
    }

    /** A wide matrix, a tall one, a vector, a square one and a convolution's kernel in one buffer. */
    @Test
    void stepsAreThoseOfItsAuthorsCode() throws URISyntaxException {
        FlatParameters.Plan plan = new FlatParameters.Plan();
        plan.reserveMatrix("whole", 3, 5);
        plan.reserveMatrix("whole", 6, 2);
        plan.reserve("whole", 5);
        plan.reserveMatrix("whole", 4, 4);
        plan.reserveMatrix("whole", 4, 2, 3, 3);
        FlatParameters parameters = plan.allocate(arena);
        Muon muon = new Muon(parameters, 0.05, Map.of("whole", 0.01), SETTINGS, arena);
        Path file = Path.of(MuonTest.class.getResource("muon.safetensors").toURI());
        try (WeightSource golden = SafetensorsFile.open(file)) {
            put(parameters.value(), HalfFloats.floats(golden, "start"));
            double[] factors = {0.5, 1, 0.7};
            for (int step = 0; step < factors.length; step++) {
                put(parameters.gradient(), row(golden, "gradients", step));
                muon.update(arena, step + 1, factors[step]);
                assertThat(parameters.value().toFloatArray())
                        .as("step " + step)
                        .containsExactly(row(golden, "values", step), NEAR);
            }
        }
    }

    private static float[] row(WeightSource golden, String name, int row) {
        return Arrays.copyOfRange(HalfFloats.floats(golden, name), row * 120, row * 120 + 120);
    }

    @Test
    void withoutAMatrixThereIsNothingToMove() {
        FlatParameters.Plan plan = new FlatParameters.Plan();
        plan.reserve("norms", 4);
        FlatParameters parameters = plan.allocate(arena);
        assertThatThrownBy(() -> new Muon(parameters, RATE, Map.of("norms", 0.01), SETTINGS, arena))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("training.optimizer");
    }

    @Test
    void whatIsNoMatrixGoesByAdamW() {
        FlatParameters.Plan plan = new FlatParameters.Plan();
        plan.reserve("norms", 4);
        plan.reserveMatrix("whole", 2, 2);
        plan.reserve("norms", 3);
        FlatParameters parameters = plan.allocate(arena);
        Muon muon = new Muon(parameters, RATE, Map.of("norms", 0.01, "whole", 9.0), SETTINGS, arena);
        put(parameters.gradient(), gradient(1, 11, 1));
        muon.update(arena, 1, 1);
        float[] moved = parameters.value().toFloatArray();
        for (int i : new int[] {0, 3, 8, 10}) {
            // The first step of AdamW is as long as the rate, against the gradient's sign.
            assertThat(moved[i]).isCloseTo((float) (-0.01 * Math.signum(gradient(1, 11, 1)[0][i])), within(1e-6f));
        }
        assertThat(muon.state()).containsKeys("value", "first_moment", "second_moment", "momentum");
    }

    private static double[][] gradient(int rows, int columns, int step) {
        double[][] made = new double[rows][columns];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                made[i][j] = Math.sin(1 + 7 * i + 3 * j + 11 * step);
            }
        }
        return made;
    }

    private static void update(double[][] value, double[][] momentum, double[][] gradient, double rate) {
        int rows = value.length;
        int columns = value[0].length;
        double[][] x = new double[rows][columns];
        double norm = 0;
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                momentum[i][j] = MOMENTUM * momentum[i][j] + gradient[i][j];
                x[i][j] = gradient[i][j] + MOMENTUM * momentum[i][j];
                norm += x[i][j] * x[i][j];
            }
        }
        x = combined(1 / Math.sqrt(norm), x, 0, x);
        for (int k = 0; k < 5; k++) {
            double[][] a = times(x, transposed(x));
            double[][] b = combined(-4.775, a, 2.0315, times(a, a));
            x = combined(3.4445, x, 1, times(b, x));
        }
        double longer = Math.sqrt(Math.max(1, (double) rows / columns));
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                value[i][j] = value[i][j] * (1 - rate * SETTINGS.weightDecay()) - rate * longer * x[i][j];
            }
        }
    }

    private static double[][] times(double[][] a, double[][] b) {
        double[][] made = new double[a.length][b[0].length];
        for (int i = 0; i < a.length; i++) {
            for (int k = 0; k < b.length; k++) {
                for (int j = 0; j < b[0].length; j++) {
                    made[i][j] += a[i][k] * b[k][j];
                }
            }
        }
        return made;
    }

    private static double[][] transposed(double[][] a) {
        double[][] made = new double[a[0].length][a.length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < a[0].length; j++) {
                made[j][i] = a[i][j];
            }
        }
        return made;
    }

    private static double[][] combined(double p, double[][] a, double q, double[][] b) {
        double[][] made = new double[a.length][a[0].length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < a[0].length; j++) {
                made[i][j] = p * a[i][j] + q * b[i][j];
            }
        }
        return made;
    }

    private static float[] flat(double[][] matrix) {
        float[] flat = new float[matrix.length * matrix[0].length];
        for (int i = 0; i < flat.length; i++) {
            flat[i] = (float) matrix[i / matrix[0].length][i % matrix[0].length];
        }
        return flat;
    }

    private void put(NDArray into, double[][] values) {
        put(into, flat(values));
    }

    private void put(NDArray into, float[] flat) {
        Kernels.get().call(arena, "copied_into", into, arena.floats(flat, flat.length));
    }
}
