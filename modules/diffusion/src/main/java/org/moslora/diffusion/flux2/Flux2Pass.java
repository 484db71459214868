package org.moslora.diffusion.flux2;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.diffusion.flow.FlowPass;
import org.moslora.diffusion.flow.FlowText;
import org.moslora.diffusion.flow.SummedGradient;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;
import org.moslora.layers.Seeds;
import org.moslora.layers.Structure;
import org.moslora.layers.Tape;
import org.moslora.layers.block.BlockList;

/**
 * A pass through FLUX.2's transformer that learns.
 *
 * @param rows where text and picture stand
 * @param time the embedding of the time, and what its backward pass needs; so with the next three
 * @param sums gather the modulations' gradients; null where nothing of the time learns
 */
record Flux2Pass(
        Flux2 model,
        FlowText text,
        Structure rows,
        List<NDArray> time,
        List<NDArray> told,
        List<NDArray> ends,
        List<NDArray> velocity,
        Tape tape,
        @Nullable List<SummedGradient> sums,
        long seed)
        implements FlowPass {
    private static final int MODULATIONS = 3;

    static Flux2Pass run(
            Flux2 model, Arena step, NDArray latents, List<Double> times, FlowText text, long keep, long seed) {
        long[] shape = latents.getShape().getShape();
        Structure rows = model.rows(step, text, (int) shape[2], (int) shape[3]);
        int length = Flux2.length(text);
        Tape tape = Tape.of(keep);
        boolean timed = model.time.learns() || model.modulations.learns();
        List<SummedGradient> sums =
                timed ? List.of(new SummedGradient(), new SummedGradient(), new SummedGradient()) : null;
        List<NDArray> time = model.timeEmbedding(step, times, seed);
        List<NDArray> told = model.modulations(step, time.get(0), seed);
        List<NDArray> ends = model.rowsOf(step, latents, text, seed);
        NDArray x = model.blocks.forward(step, ends.get(0), new Flux2Blocks.Told(rows, length, told, sums), tape, seed);
        List<NDArray> velocity = model.velocity(step, x, time.get(0), latents, rows, length, seed);
        return new Flux2Pass(model, text, rows, time, told, ends, velocity, tape, sums, seed);
    }

    @Override
    public NDArray prediction() {
        return velocity.get(0);
    }

    @Override
    public void backward(Arena step, NDArray gradient) {
        int length = Flux2.length(text);
        boolean timed = model.time.learns();
        NDArray[] made = Kernels.get()
                .call(
                        step,
                        "flux2_velocity_backward",
                        gradient,
                        velocity.subList(1, velocity.size()),
                        model.last.block(),
                        Seeds.mix(seed, -4),
                        time.get(0),
                        rows,
                        length,
                        timed);
        boolean need = model.ends.learns();
        NDArray dx = model.blocks.backward(
                step,
                model.blocks.size(),
                made[0],
                model.blocks.lowest(i -> sums != null),
                new Flux2Blocks.Told(rows, length, told, sums),
                tape,
                seed,
                need,
                BlockList.Gradients.none());
        if (need && dx != null) {
            Kernels.get()
                    .call(
                            step,
                            "flux2_rows_backward",
                            dx,
                            ends.subList(1, ends.size()),
                            model.ends.block(),
                            Seeds.mix(seed, -3),
                            rows,
                            length);
        }
        if (sums != null) {
            throughTime(step, sums, made[1], timed);
        }
    }

    private void throughTime(Arena step, List<SummedGradient> gathered, NDArray direct, boolean timed) {
        NDArray dc = Kernels.get()
                .one(
                        step,
                        "flux2_modulations_backward",
                        gathered.stream().map(SummedGradient::sum).toList(),
                        time.get(0),
                        told.subList(MODULATIONS, told.size()),
                        model.modulations.block(),
                        Seeds.mix(seed, -2),
                        timed);
        if (timed) {
            SummedGradient whole = new SummedGradient();
            whole.add(step, dc);
            whole.add(step, direct);
            Kernels.get()
                    .call(
                            step,
                            "flow_time_backward",
                            whole.sum(),
                            time.subList(1, time.size()),
                            model.time.block(),
                            Seeds.mix(seed, -1));
        }
    }
}
