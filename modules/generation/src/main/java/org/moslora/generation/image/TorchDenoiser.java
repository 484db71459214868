package org.moslora.generation.image;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.moslora.diffusion.unet.UNet;
import org.moslora.layers.Arena;

/** A {@link Denoiser} over libtorch. */
public final class TorchDenoiser implements Denoiser {
    private final UNet unet;

    /** The model stays its owner's. */
    public TorchDenoiser(UNet unet) {
        this.unet = unet;
    }

    @Override
    public Session open(Conditions given) {
        List<Integer> sizes = new ArrayList<>();
        given.words().forEach(words -> sizes.addAll(given.sizes()));
        Arena arena = unet.step();
        TorchConditions conditions =
                TorchConditions.of(arena, unet.config(), given.words(), sizes).remembered(arena);
        return new Running(unet, arena, given.shape(), given.words().size(), conditions);
    }

    private record Running(UNet unet, Arena arena, LatentShape shape, int rows, TorchConditions conditions)
            implements Session {
        @Override
        public float[] answer(float[] samples, double timestep) {
            try (Arena step = arena.child()) {
                NDArray latents = step.floats(samples, rows, shape.channels(), shape.height(), shape.width());
                return unet.predict(step, latents, conditions.at(Collections.nCopies(rows, timestep)))
                        .toFloatArray();
            }
        }

        @Override
        public void close() {
            arena.close();
        }
    }
}
