package org.moslora.diffusion.zimage;

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
 * A pass through Z-Image's transformer that learns.
 *
 * @param places where rows stand
 * @param time the embedding of the time, and what its backward pass needs; so with the next three
 * @param refining tapes of picture's and caption's refiners and of the layers over both
 * @param sum gathers the time's gradient; null where nothing of it learns
 */
record ZImagePass(
        ZImage model,
        FlowText text,
        ZImage.Places places,
        List<NDArray> time,
        List<NDArray> pictureRows,
        List<NDArray> captionRows,
        List<NDArray> velocity,
        Tapes refining,
        @Nullable SummedGradient sum,
        long seed)
        implements FlowPass {
    private static final int NOISE = 1 << 20;
    private static final int CONTEXT = 1 << 21;

    /** A tape for each stream. */
    record Tapes(Tape picture, Tape caption, Tape layers) {
        static Tapes of(ZImageConfig config, long keep) {
            long share = keep / (config.layers() + 2L * config.refiners());
            long refiners = share * config.refiners();
            return new Tapes(Tape.of(refiners), Tape.of(refiners), Tape.of(keep - 2 * refiners));
        }
    }

    static ZImagePass run(
            ZImage model, Arena step, NDArray latents, List<Double> times, FlowText text, long keep, long seed) {
        long[] shape = latents.getShape().getShape();
        ZImage.Places places = model.places(step, text, (int) shape[2], (int) shape[3]);
        Tapes tapes = Tapes.of(model.config, keep);
        List<NDArray> time = model.timeEmbedding(step, times, seed);
        NDArray c = time.get(0);
        SummedGradient sum = model.time.learns() ? new SummedGradient() : null;
        List<NDArray> rows = model.pictureRows(step, latents, places, seed);
        List<NDArray> words = model.captionRows(step, text, seed);
        NDArray x = model.noiseRefiner.forward(
                step,
                rows.get(0),
                new ZImageBlocks.Stream(places.picture(), c, sum),
                tapes.picture(),
                Seeds.mix(seed, NOISE));
        NDArray e = model.contextRefiner.forward(
                step, words.get(0), model.stream(places.caption()), tapes.caption(), Seeds.mix(seed, CONTEXT));
        NDArray y = model.layers.forward(
                step,
                ZImage.joined(step, x, e, places),
                new ZImageBlocks.Stream(places.joined(), c, sum),
                tapes.layers(),
                seed);
        List<NDArray> velocity = model.velocity(step, y, c, latents, places, seed);
        return new ZImagePass(model, text, places, time, rows, words, velocity, tapes, sum, seed);
    }

    @Override
    public NDArray prediction() {
        return velocity.get(0);
    }

    @Override
    public void backward(Arena step, NDArray gradient) {
        boolean pictureBelow = learns(model.noiseRefiner, true) || model.pictures.learns();
        boolean captionBelow = learns(model.contextRefiner, false) || model.captions.learns();
        NDArray dy = fromVelocity(step, gradient);
        boolean need = pictureBelow || captionBelow;
        NDArray dj = back(step, model.layers, dy, places.joined(), true, refining.layers(), seed, need);
        if (need && dj != null) {
            NDArray[] parts =
                    Kernels.get().call(step, "parted_streams", dj, places.pictureRows(), places.captionRows());
            if (pictureBelow) {
                throughPicture(step, parts[0]);
            }
            if (captionBelow) {
                throughCaption(step, parts[1]);
            }
        }
        if (sum != null) {
            Kernels.get()
                    .call(step, "flow_time_backward", sum.sum(), tail(time), model.time.block(), Seeds.mix(seed, -1));
        }
    }

    private NDArray fromVelocity(Arena step, NDArray gradient) {
        NDArray[] made = Kernels.get()
                .call(
                        step,
                        "velocity_backward",
                        gradient,
                        tail(velocity),
                        model.last.block(),
                        Seeds.mix(seed, -4),
                        time.get(0),
                        places.joined(),
                        places.count(),
                        ZImageConfig.PATCH,
                        sum != null);
        if (sum != null) {
            sum.add(step, made[1]);
        }
        return made[0];
    }

    private void throughPicture(Arena step, NDArray dx) {
        boolean need = model.pictures.learns();
        NDArray drows = back(
                step, model.noiseRefiner, dx, places.picture(), true, refining.picture(), Seeds.mix(seed, NOISE), need);
        if (need && drows != null) {
            Kernels.get()
                    .call(
                            step,
                            "picture_rows_backward",
                            drows,
                            tail(pictureRows),
                            model.pictures.block(),
                            Seeds.mix(seed, -2),
                            text.size(),
                            places.filling());
        }
    }

    private void throughCaption(Arena step, NDArray de) {
        boolean need = model.captions.learns();
        NDArray drows = back(
                step,
                model.contextRefiner,
                de,
                places.caption(),
                false,
                refining.caption(),
                Seeds.mix(seed, CONTEXT),
                need);
        if (need && drows != null) {
            Kernels.get()
                    .call(
                            step,
                            "caption_rows_backward",
                            drows,
                            text.states(),
                            tail(captionRows),
                            model.captions.block(),
                            Seeds.mix(seed, -3),
                            model.config.epsilon(),
                            ZImage.lengths(text),
                            ZImage.fillings(text));
        }
    }

    /** Whether a way back must go through blocks: for their own sake, or for the time that they read. */
    private boolean learns(BlockList<?> blocks, boolean modulated) {
        return blocks.learns() || (modulated && sum != null && blocks.size() > 0);
    }

    private @Nullable NDArray back(
            Arena step,
            BlockList<ZImageBlocks.Stream> blocks,
            NDArray dy,
            Structure rows,
            boolean modulated,
            Tape tape,
            long passSeed,
            boolean need) {
        ZImageBlocks.Stream stream = modulated ? new ZImageBlocks.Stream(rows, time.get(0), sum) : model.stream(rows);
        int lowest = blocks.lowest(i -> modulated && sum != null);
        return blocks.backward(
                step, blocks.size(), dy, lowest, stream, tape, passSeed, need, BlockList.Gradients.none());
    }

    private static List<NDArray> tail(List<NDArray> made) {
        return made.subList(1, made.size());
    }
}
