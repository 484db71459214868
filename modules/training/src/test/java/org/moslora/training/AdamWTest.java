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
import org.junit.jupiter.api.Test;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.layers.FlatParameters;
import org.moslora.layers.Kernels;
import org.moslora.tensors.HalfFloats;
import org.moslora.tensors.SafetensorsFile;
import org.moslora.tensors.WeightSource;

class AdamWTest {
    /** The numbers are of size 1 and float32. */
    private static final Offset<Float> NEAR = within(2e-6f);

    private static final AdamW.Settings SETTINGS = new AdamW.Settings(0.9, 0.999, 1e-8, 0.05, 1);

    private Arena arena;

    @BeforeAll
    static void start() {
        Engine.start(1);
    }

    @AfterEach
    void close() {
        if (arena != null) {
            arena.close();
        }
    }

    private FlatParameters parameters() {
        arena = Arena.open(Compute.cpu());
        FlatParameters.Plan plan = new FlatParameters.Plan();
        plan.reserve("text", 2, 3);
        plan.reserve("projector", 4);
        return plan.allocate(arena);
    }

    @Test
    void stepsOfTwoGroupsArePyTorchs() throws URISyntaxException {
        Path file = Path.of(AdamWTest.class.getResource("adamw.safetensors").toURI());
        try (WeightSource golden = SafetensorsFile.open(file)) {
            FlatParameters parameters = parameters();
            AdamW optimizer = new AdamW(parameters, Map.of("text", 0.02, "projector", 0.003), SETTINGS, arena);
            put(parameters.value(), HalfFloats.floats(golden, "start"));
            double[] factors = {0, 0.5, 1, 0.7, 0.2};
            for (int step = 0; step < factors.length; step++) {
                put(parameters.gradient(), row(golden, "gradients", step));
                assertThat(optimizer.clip(arena)).isCloseTo(HalfFloats.floats(golden, "norms")[step], NEAR);
                optimizer.update(arena, step + 1, factors[step]);
                assertThat(parameters.value().toFloatArray())
                        .as("step " + step)
                        .containsExactly(row(golden, "values", step), NEAR);
            }
            for (String moment : new String[] {"first_moment", "second_moment"}) {
                assertThat(optimizer.state().get(moment).toFloatArray())
                        .as(moment)
                        .containsExactly(HalfFloats.floats(golden, moment), NEAR);
            }
            assertThat(optimizer.state().get("value")).isSameAs(parameters.value());
        }
    }

    private void put(NDArray into, float[] values) {
        Kernels.get().call(arena, "copied_into", into, arena.floats(values, values.length));
    }

    private static float[] row(WeightSource golden, String name, int row) {
        return Arrays.copyOfRange(HalfFloats.floats(golden, name), row * 10, row * 10 + 10);
    }

    @Test
    void everyGroupNeedsItsRate() {
        FlatParameters parameters = parameters();
        assertThatThrownBy(() -> new AdamW(parameters, Map.of("text", 0.1), SETTINGS, arena))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("projector");
    }
}
