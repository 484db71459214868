package org.moslora.dreambooth;

import ai.djl.ndarray.NDArray;
import org.moslora.diffusion.schedule.FlowSchedule;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;

/**
 * What transformers learn by flow matching: at noise level σ a sample is (1 − σ)·x + σ·ε, and its velocity is ε − x.
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
    public Lesson lesson(Arena step, NDArray clean, Drawn drawn) {
        float[] levels = levels(drawn.places().toFloatArray());
        float[] image = new float[levels.length];
        float[] minus = new float[levels.length];
        float[] one = new float[levels.length];
        double[] times = new double[levels.length];
        double[] weights = new double[levels.length];
        for (int i = 0; i < levels.length; i++) {
            image[i] = 1 - levels[i];
            minus[i] = -1;
            one[i] = 1;
            times[i] = schedule.told(levels[i]);
            weights[i] = setting.weight(levels[i]);
        }
        return new Lesson(
                blended(step, clean, drawn.noise(), image, levels),
                blended(step, clean, drawn.noise(), minus, one),
                times,
                weights);
    }

    /** Places of 1 and more, which some schemes draw, mean the last level. */
    private float[] levels(float[] places) {
        float[] table = schedule.training();
        float[] levels = new float[places.length];
        for (int i = 0; i < places.length; i++) {
            int at = (int) (places[i] * table.length);
            levels[i] = table[Math.max(0, Math.min(at, table.length - 1))];
        }
        return levels;
    }

    private static NDArray blended(Arena step, NDArray clean, NDArray noise, float[] image, float[] own) {
        return Kernels.get()
                .one(step, "blended", clean, noise, step.floats(image, image.length), step.floats(own, own.length));
    }
}
