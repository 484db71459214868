package org.moslora.dreambooth;

import ai.djl.ndarray.NDArray;
import org.moslora.diffusion.flow.FlowTarget;
import org.moslora.diffusion.schedule.FlowSchedule;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;

/**
 * What transformers learn by flow matching; see {@link FlowTarget}.
 *
 * @param schedule whose training levels are drawn from
 * @param posterior whether latents are drawn from what the autoencoder gives, and not its mean
 * @param setting how levels are drawn and weighed
 */
record FlowObjective(FlowSchedule schedule, boolean posterior, FlowWeighting setting) implements Objective {
    @Override
    public Drawn draw(Arena arena, long[] shape, String device) {
        NDArray[] drawn = Kernels.get()
                .call(
                        arena,
                        "flow_draws",
                        shape,
                        posterior,
                        setting.scheme().spelling(),
                        setting.mean(),
                        setting.deviation(),
                        setting.scale(),
                        device);
        return new Drawn(posterior ? drawn[0] : null, drawn[1], drawn[2]);
    }

    @Override
    public NDArray place(Arena arena, double part) {
        return arena.floats(new float[] {(float) part}, 1);
    }

    @Override
    public NoisyInput noisyInput(Arena step, NDArray clean, Drawn drawn) {
        float[] levels = drawn.places().toFloatArray();
        double[] times = new double[levels.length];
        double[] weights = new double[levels.length];
        for (int i = 0; i < levels.length; i++) {
            levels[i] = schedule.level(levels[i]);
            times[i] = schedule.told(levels[i]);
            weights[i] = setting.weight(levels[i]);
        }
        FlowTarget target = FlowTarget.of(step, clean, drawn.noise(), levels);
        return new NoisyInput(target.noisy(), target.velocity(), times, weights);
    }
}
