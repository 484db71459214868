package org.moslora.dreambooth;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import org.moslora.diffusion.schedule.ForwardProcess;
import org.moslora.diffusion.unet.DenoisingTarget;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;

/**
 * What UNets learn: to predict the noise in a sample, or its velocity.
 *
 * @param process says how much noise there is at a timestep
 * @param minSnrGamma evens out the timesteps; 0 for not
 * @param offset of the noise, for whole channels
 */
record NoiseObjective(ForwardProcess process, double minSnrGamma, double offset) implements Objective {
    @Override
    public Drawn draw(Arena arena, long[] shape, String device) {
        NDArray[] drawn = Kernels.get().call(arena, "training_draws", shape, process.timesteps(), offset, device);
        return new Drawn(drawn[0], drawn[1], drawn[2]);
    }

    @Override
    public NDArray place(Arena arena, double part) {
        return arena.longs(new int[] {(int) (part * process.timesteps())});
    }

    @Override
    public NoisyInput noisyInput(Arena step, NDArray clean, Drawn drawn) {
        long[] times = drawn.places().toLongArray();
        DenoisingTarget target = DenoisingTarget.of(step, process, clean, drawn.noise(), times);
        return new NoisyInput(
                target.noisy(),
                target.target(),
                Arrays.stream(times).asDoubleStream().toArray(),
                Arrays.stream(times)
                        .mapToDouble(time -> process.minSnrWeight((int) time, minSnrGamma))
                        .toArray());
    }
}
