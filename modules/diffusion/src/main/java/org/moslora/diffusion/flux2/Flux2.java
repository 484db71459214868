package org.moslora.diffusion.flux2;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.moslora.diffusion.flow.FlowPass;
import org.moslora.diffusion.flow.FlowSession;
import org.moslora.diffusion.flow.FlowText;
import org.moslora.diffusion.flow.FlowTransformer;
import org.moslora.diffusion.flow.StreamLayout;
import org.moslora.layers.Arena;
import org.moslora.layers.BlockTensors;
import org.moslora.layers.Compute;
import org.moslora.layers.Kernels;
import org.moslora.layers.Linears;
import org.moslora.layers.Seeds;
import org.moslora.layers.Structure;
import org.moslora.layers.Tape;
import org.moslora.layers.block.BlockList;
import org.moslora.layers.block.ModelBuilder;
import org.moslora.tensors.WeightSource;

/** FLUX.2's transformer, without guidance embedded: klein's. Used by one thread; owns its weights. */
public final class Flux2 implements FlowTransformer {
    final Flux2Config config;
    final BlockTensors time;
    final BlockTensors modulations;
    final BlockTensors ends;
    final BlockTensors last;
    final BlockList<Flux2Blocks.Told> blocks;
    private final ModelBuilder builder;

    /**
     * Builds the model over weights, mapping them where it can.
     *
     * @param weights every tensor of {@link Flux2Names#expected}
     * @param linears sees every linear as it is made; paths begin with {@link Flux2Names#COMPONENT}
     */
    public Flux2(Flux2Config config, WeightSource weights, Linears linears, Compute compute) {
        this.config = config;
        this.builder = ModelBuilder.open(Flux2Names.COMPONENT, weights, linears, compute);
        this.time = builder.tensors(List.of(), builder.linear(Flux2Names.TIME), builder.linear(Flux2Names.TIME_OUT));
        this.modulations = builder.tensors(
                List.of(),
                builder.linear(Flux2Names.MODULATIONS.get(0)),
                builder.linear(Flux2Names.MODULATIONS.get(1)),
                builder.linear(Flux2Names.MODULATIONS.get(2)));
        this.ends = builder.tensors(List.of(), builder.linear(Flux2Names.PICTURES), builder.linear(Flux2Names.TEXTS));
        this.blocks = Flux2Blocks.of(builder, config);
        this.last = builder.tensors(List.of(), builder.linear(Flux2Names.OUT), builder.linear(Flux2Names.NORM_OUT));
    }

    @Override
    public ModelBuilder builder() {
        return builder;
    }

    @Override
    public int textWidth() {
        return config.textWidth();
    }

    @Override
    public FlowSession open(Arena arena, FlowText text, int height, int width) {
        Structure rows = rows(arena, text, height, width);
        return (step, latents, times) -> {
            try (Arena inner = step.child()) {
                NDArray c = timeEmbedding(inner, times, 0).get(0);
                List<NDArray> told = modulations(inner, c, 0);
                NDArray x = blocks.forward(
                        inner,
                        rowsOf(inner, latents, text, 0).get(0),
                        new Flux2Blocks.Told(rows, length(text), told, null),
                        Tape.none(),
                        0);
                return step.adopt(
                        velocity(inner, x, c, latents, rows, length(text), 0).get(0));
            }
        };
    }

    @Override
    public FlowPass forward(Arena step, NDArray latents, List<Double> times, FlowText text, long keep, long seed) {
        return Flux2Pass.run(this, step, latents, times, text, keep, seed);
    }

    /** Rows of each text, which are as many for all. */
    static int length(FlowText text) {
        if (text.lengths().stream().distinct().count() != 1) {
            throw new IllegalArgumentException(
                    "texts of this model are filled up to one length, got " + text.lengths());
        }
        return text.lengths().get(0);
    }

    Structure rows(Arena arena, FlowText text, int height, int width) {
        List<int[]> places = new ArrayList<>();
        for (int i = 0; i < length(text); i++) {
            places.add(new int[] {0, 0, 0, i});
        }
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                places.add(new int[] {0, y, x, 0});
            }
        }
        return new StreamLayout(Collections.nCopies(text.size(), places))
                .rows(arena, compute().deviceName(), config.axes(), config.theta(), false);
    }

    /** The time's embedding [B, width], then what the backward pass needs. */
    List<NDArray> timeEmbedding(Arena arena, List<Double> times, long seed) {
        float[] told = new float[times.size()];
        for (int i = 0; i < told.length; i++) {
            told[i] = times.get(i).floatValue() / 1000f * 1000f;
        }
        return List.of(Kernels.get()
                .call(
                        arena,
                        "flow_time_forward",
                        arena.floats(told, told.length),
                        time.block(),
                        Seeds.mix(seed, -1),
                        config.timeWidth()));
    }

    /** What modulates double blocks' pictures and texts and single blocks, then what gains need. */
    List<NDArray> modulations(Arena arena, NDArray c, long seed) {
        return List.of(
                Kernels.get().call(arena, "flux2_modulations_forward", c, modulations.block(), Seeds.mix(seed, -2)));
    }

    List<NDArray> rowsOf(Arena arena, NDArray latents, FlowText text, long seed) {
        return List.of(Kernels.get()
                .call(
                        arena,
                        "flux2_rows_forward",
                        latents,
                        text.states(),
                        ends.block(),
                        Seeds.mix(seed, -3),
                        length(text)));
    }

    List<NDArray> velocity(Arena arena, NDArray x, NDArray c, NDArray latents, Structure rows, int text, long seed) {
        return List.of(Kernels.get()
                .call(
                        arena,
                        "flux2_velocity_forward",
                        x,
                        last.block(),
                        Seeds.mix(seed, -4),
                        c,
                        rows,
                        text,
                        latents.getShape().getShape()));
    }
}
