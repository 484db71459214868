package org.moslora.llama;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.layers.Kernels;

/** Behind the last layer, where some rows are left, additions and their gradients are what they are for all rows. */
final class PictureAdditionsTest {
    private static final int ROWS = 6;
    private static final int WIDTH = 3;
    private static final long[] PLACES = {1, 2, 4};
    private static final long[] KEEP = {0, 2, 3, 4};

    @BeforeAll
    static void start() {
        Engine.start(1);
    }

    private static NDArray numbers(Arena arena, int rows, float first) {
        float[] values = new float[rows * WIDTH];
        for (int i = 0; i < values.length; i++) {
            values[i] = first + i;
        }
        return arena.floats(values, rows, WIDTH);
    }

    private static PictureAdditions additions(Arena arena) {
        return new PictureAdditions(
                arena.longs(PLACES), List.of(numbers(arena, PLACES.length, 100)), new ArrayList<>());
    }

    private static NDArray chosen(Arena arena, NDArray x, NDArray rows) {
        return Kernels.get().one(arena, "selected", x, 0, rows);
    }

    @Test
    void rowsThatAreLeftGetTheirs() {
        try (Arena arena = Arena.open(Compute.cpu())) {
            NDArray keep = arena.longs(KEEP);
            NDArray x = numbers(arena, ROWS, 1);
            NDArray all = additions(arena).to(arena, x, 0, arena.none());
            NDArray left = additions(arena).to(arena, chosen(arena, x, keep), 0, keep);
            assertThat(left.toFloatArray())
                    .containsExactly(chosen(arena, all, keep).toFloatArray());
            assertThat(left.toFloatArray())
                    .doesNotContain(chosen(arena, x, keep).toFloatArray()[WIDTH]);
        }
    }

    @Test
    void placesThatAreNotLeftHaveNoGradient() {
        try (Arena arena = Arena.open(Compute.cpu())) {
            NDArray keep = arena.longs(KEEP);
            PictureAdditions taking = additions(arena);
            taking.take(arena, numbers(arena, KEEP.length, 1), keep);
            // Place 1 is not left; 2 and 4 are the second and the last of those that are.
            assertThat(taking.gradients().get(0).toFloatArray()).containsExactly(0, 0, 0, 4, 5, 6, 10, 11, 12);
        }
    }
}
