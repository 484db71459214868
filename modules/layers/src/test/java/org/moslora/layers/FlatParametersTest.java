package org.moslora.layers;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.moslora.layers.FlatParameters.Place;
import org.moslora.layers.FlatParameters.Range;

class FlatParametersTest {
    private final Arena arena = Cpu.arena();

    @AfterEach
    void close() {
        arena.close();
    }

    @Test
    void windowsShareTheMemoryOfTheWhole() {
        FlatParameters.Plan plan = new FlatParameters.Plan();
        Place first = plan.reserve("text", 2, 3);
        Place second = plan.reserve("text", 2);
        FlatParameters parameters = plan.allocate(arena);
        NDArray window = parameters.value(second);
        Kernels.get().call(arena, "copied_into", window, arena.floats(new float[] {7, 8}, 2));
        Kernels.get()
                .call(
                        arena,
                        "copied_into",
                        parameters.gradient(first),
                        arena.floats(new float[] {1, 2, 3, 4, 5, 6}, 2, 3));
        assertThat(parameters.value().toFloatArray()).containsExactly(0, 0, 0, 0, 0, 0, 7, 8);
        assertThat(parameters.gradient().toFloatArray()).containsExactly(1, 2, 3, 4, 5, 6, 0, 0);
        Kernels.get().call(arena, "zero", java.util.List.of(parameters.value()));
        assertThat(window.toFloatArray()).containsExactly(0, 0);
        assertThat(parameters.value(first).getShape().getShape()).containsExactly(2, 3);
    }

    @Test
    void neighboursOfOneGroupAreOneRange() {
        FlatParameters.Plan plan = new FlatParameters.Plan();
        plan.reserve("text", 2, 3);
        plan.reserve("text", 4);
        plan.reserve("projector", 5);
        plan.reserve("text", 1);
        assertThat(plan.size()).isEqualTo(16);
        FlatParameters parameters = plan.allocate(arena);
        assertThat(parameters.size()).isEqualTo(16);
        assertThat(parameters.ranges())
                .containsExactly(
                        new Range("text", 1, 0, 10, 0),
                        new Range("projector", 1, 10, 5, 0),
                        new Range("text", 1, 15, 1, 0));
    }

    @Test
    void replicasGatherOnTheirOwnAndAreAddedInOrder() {
        FlatParameters.Plan plan = new FlatParameters.Plan();
        Place place = plan.reserve("text", 2);
        FlatParameters parameters = plan.allocate(arena);
        parameters.gather(arena);
        NDArray first = parameters.gradient(place);
        NDArray second = parameters.replica(arena).gradient(place);
        NDArray third = parameters.replica(arena).gradient(place);
        fill(first, 1, 3e8f);
        fill(second, 2, 1);
        fill(third, 4, -3e8f);
        parameters.gather(arena);
        // In another order the one would not be lost.
        assertThat(parameters.gradient().toFloatArray()).containsExactly(7, 0);
        assertThat(second.toFloatArray()).containsExactly(2, 1);
        parameters.zero(arena);
        assertThat(first.toFloatArray()).containsExactly(0, 0);
        assertThat(second.toFloatArray()).containsExactly(0, 0);
        assertThat(third.toFloatArray()).containsExactly(0, 0);
    }

    private void fill(NDArray window, float... values) {
        Kernels.get().call(arena, "copied_into", window, arena.floats(values, values.length));
    }

    @Test
    void aMatrixIsARangeOfItsOwnBetweenOthers() {
        FlatParameters.Plan plan = new FlatParameters.Plan();
        plan.reserve("unet", 3);
        plan.reserveMatrix("unet", 2, 3, 3, 3);
        plan.reserve("unet", 4);
        plan.reserve("unet", 5);
        try (Arena arena = Arena.open(Compute.cpu())) {
            assertThat(plan.allocate(arena).ranges())
                    .containsExactly(
                            new FlatParameters.Range("unet", 1, 0, 3, 0),
                            new FlatParameters.Range("unet", 1, 3, 54, 2),
                            new FlatParameters.Range("unet", 1, 57, 9, 0));
        }
    }
}
