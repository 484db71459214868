package org.moslora.generation.image;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Kernels;

/** The noise of one picture: normal numbers from libtorch's generator of its seed, drawn array by array. */
final class Noise {
    private final Iterator<float[]> draws;

    private Noise(List<float[]> draws) {
        this.draws = draws.iterator();
    }

    /** So many arrays of a shape; the same on every device, since they are drawn on the CPU. */
    static Noise of(long seed, int count, LatentShape shape) {
        long[] sides = {1, shape.channels(), shape.height(), shape.width()};
        List<float[]> draws = new ArrayList<>();
        try (Arena arena = Arena.open(Compute.cpu())) {
            for (NDArray draw : Kernels.get().call(arena, "normals", sides, count, seed)) {
                draws.add(draw.toFloatArray());
            }
        }
        return new Noise(draws);
    }

    float[] next() {
        return draws.next();
    }
}
