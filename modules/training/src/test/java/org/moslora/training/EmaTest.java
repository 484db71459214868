package org.moslora.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.layers.FlatParameters;
import org.moslora.layers.Kernels;

/** The average over a run's steps, and that parameters come back from it whatever happens. */
class EmaTest {
    private static final Offset<Float> NEAR = within(2e-6f);

    /**
     * Values after each step, and the average that diffusers 0.42.1's {@code EMAModel(parameters, decay=0.4)} has then; the
     * first of its steps only copies.
     */
    private static final float[][] VALUES = {
        {-0.1974151f, 1.9427835f, -1.401702f, -0.7625571f},
        {0.6312134f, -0.8991352f, -0.5577934f, 0.6907188f},
        {0.2224586f, -0.6662253f, 0.6846422f, 0.5740016f},
        {-0.5828827f, 0.7679415f, 0.0570927f, -1.1893746f},
        {-0.5658849f, -0.8326538f, 0.9014487f, 0.2115711f},
        {0.4479279f, -0.6088235f, 0.2389462f, 0.4698884f},
        {-1.9540049f, -0.5587331f, 0.4295158f, -2.264317f},
        {-0.2017124f, 1.0677114f, 0.3246316f, -0.0683547f}
    };

    private static final float[][] AVERAGES = {
        {-0.1974151f, 1.9427836f, -1.401702f, -0.7625571f},
        {0.4805537f, -0.3824227f, -0.7112314f, 0.4264868f},
        {0.2869824f, -0.5952746f, 0.3356738f, 0.5371229f},
        {-0.3152319f, 0.3484904f, 0.1428099f, -0.6581445f},
        {-0.476366f, -0.4108166f, 0.6305063f, -0.0990416f},
        {0.0782104f, -0.5296208f, 0.3955702f, 0.2423165f},
        {-1.1411188f, -0.5470881f, 0.4159376f, -1.2616637f},
        {-0.577475f, 0.4217916f, 0.361154f, -0.5456782f}
    };

    private Arena arena;
    private FlatParameters parameters;

    @BeforeEach
    void open() {
        Engine.start(1);
        arena = Arena.open(Compute.cpu());
        FlatParameters.Plan plan = new FlatParameters.Plan();
        plan.reserve("adapter", 4);
        parameters = plan.allocate(arena);
        put(parameters.value(), VALUES[0]);
    }

    @AfterEach
    void close() {
        arena.close();
    }

    private void put(NDArray into, float[] values) {
        Kernels.get().call(arena, "copied_into", into, arena.floats(values, values.length));
    }

    private static float[] average(Ema ema) {
        return ema.state().values().iterator().next().toFloatArray();
    }

    private Ema after(int steps) {
        Ema ema = new Ema(parameters, 0.4, arena);
        for (int step = 1; step <= steps; step++) {
            put(parameters.value(), VALUES[step]);
            ema.update(arena, step);
        }
        return ema;
    }

    @Test
    void theAverageIsDiffusers() {
        Ema ema = new Ema(parameters, 0.4, arena);
        for (int step = 0; step < VALUES.length; step++) {
            if (step > 0) {
                put(parameters.value(), VALUES[step]);
                ema.update(arena, step);
            }
            assertThat(average(ema)).as("step " + step).containsExactly(AVERAGES[step], NEAR);
            assertThat(parameters.value().toFloatArray()).containsExactly(VALUES[step]);
        }
    }

    @Test
    void parametersAreTheAverageForAWhileAndThenTheirOwnToTheBit() {
        Ema ema = after(3);
        float[][] seen = new float[1][];
        ema.during(arena, () -> seen[0] = parameters.value().toFloatArray());
        assertThat(seen[0]).containsExactly(AVERAGES[3], NEAR);
        assertThat(parameters.value().toFloatArray()).containsExactly(VALUES[3]);
        assertThat(average(ema)).containsExactly(AVERAGES[3], NEAR);
    }

    @Test
    void theyComeBackFromAFailureToo() {
        Ema ema = after(2);
        assertThatThrownBy(() -> ema.during(arena, () -> {
                    throw new IllegalStateException("disk full");
                }))
                .hasMessage("disk full");
        assertThat(parameters.value().toFloatArray()).containsExactly(VALUES[2]);
    }

    @Test
    void whatALearnerDoesToItsParametersLeavesTheAverageAlone() {
        Ema ema = after(2);
        ema.during(arena, () -> put(parameters.value(), new float[4]));
        assertThat(average(ema)).containsExactly(AVERAGES[2], NEAR);
        assertThat(parameters.value().toFloatArray()).containsExactly(VALUES[2]);
    }

    @Test
    void withoutDecayItIsTheLastStep() {
        Ema ema = new Ema(parameters, 0, arena);
        put(parameters.value(), VALUES[1]);
        ema.update(arena, 1);
        assertThat(average(ema)).containsExactly(VALUES[1]);
    }
}
