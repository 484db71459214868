package org.moslora.generation.image;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Kernels;

/** A {@link NoiseSource} that is libtorch's own generator, on the CPU whatever the device. */
public final class TorchNoise implements NoiseSource {
    @Override
    public List<float[]> draw(long seed, int count, LatentShape shape) {
        long[] sides = {1, shape.channels(), shape.height(), shape.width()};
        List<float[]> draws = new ArrayList<>();
        try (Arena arena = Arena.open(Compute.cpu())) {
            for (NDArray draw : Kernels.get().call(arena, "normals", sides, count, seed)) {
                draws.add(draw.toFloatArray());
            }
        }
        return draws;
    }
}
