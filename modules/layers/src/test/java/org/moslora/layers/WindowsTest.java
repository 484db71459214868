package org.moslora.layers;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Convolutions of small pictures with large weights, which are one product, against the library's own: that one is taken
 * where the border of zeros is part of the picture.
 */
class WindowsTest {
    private static final long WIDTH = 80;
    private static final long HEIGHT = 1;
    private static final long LENGTH = 3;

    private final Random random = new Random(4);
    private final Values weight = Values.random(random, 0, 0.1, WIDTH, WIDTH, 3, 3);
    private final Values bias = Values.random(random, 0, 0.1, WIDTH);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 5})
    void giveWhatTheLibraryGives(long pictures) {
        Values x = Values.random(random, 0, 1, pictures, WIDTH, HEIGHT, LENGTH);
        Values dy = Values.random(random, 0, 1, pictures, WIDTH, HEIGHT, LENGTH);
        try (Arena arena = Arena.open(Compute.cpu())) {
            NDArray bordered = bordered(arena, x);
            Values.of(forward(arena, x.in(arena), 1))
                    .mustBe("y", Values.of(forward(arena, bordered, 0)), Tolerance.FP32);
            NDArray whole = backward(arena, dy, bordered, 0);
            NDArray inner = whole.get(":,:,1:" + (HEIGHT + 1) + ",1:" + (LENGTH + 1));
            Values.of(backward(arena, dy, x.in(arena), 1)).mustBe("dx", Values.of(inner), Tolerance.FP32);
        }
    }

    @Test
    void giveAPictureTheSameBitsInEveryBatch() {
        Values three = Values.random(random, 0, 1, 3, WIDTH, HEIGHT, LENGTH);
        try (Arena arena = Arena.open(Compute.cpu())) {
            NDArray together = forward(arena, three.in(arena), 1);
            NDArray alone = forward(arena, three.in(arena).get("1:2"), 1);
            assertThat(alone.toFloatArray()).containsExactly(together.get("1:2").toFloatArray());
        }
    }

    private NDArray forward(Arena arena, NDArray x, int padding) {
        return convolution(padding).forward(arena, x, weights(arena), none(arena, AdapterDelta.PLACES))[0];
    }

    /** The gradient of x where the weight is frozen. */
    private NDArray backward(Arena arena, Values dy, NDArray x, int padding) {
        List<NDArray> places = none(arena, AdapterDelta.PLACES);
        return convolution(padding)
                .backward(arena, dy.in(arena), x, List.of(), weights(arena), none(arena, 2), places, places, true);
    }

    private static BlockKernels convolution(int padding) {
        return new BlockKernels.Convolution(1, padding, 0, 0);
    }

    private List<NDArray> weights(Arena arena) {
        return List.of(weight.in(arena), bias.in(arena));
    }

    private static List<NDArray> none(Arena arena, int count) {
        return Collections.nCopies(count, arena.none());
    }

    private static NDArray bordered(Arena arena, Values x) {
        NDArray wide = arena.zeros(x.shape()[0], WIDTH, HEIGHT + 2, LENGTH + 2);
        wide.set(
                new NDIndex(":,:,1:" + (HEIGHT + 1) + ",1:" + (LENGTH + 1)),
                x.in(arena).reshape(new Shape(x.shape())));
        return wide;
    }
}
