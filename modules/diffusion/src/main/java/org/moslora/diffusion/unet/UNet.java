package org.moslora.diffusion.unet;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Kernels;
import org.moslora.layers.Linears;
import org.moslora.layers.Seeds;
import org.moslora.layers.Tape;
import org.moslora.layers.block.BlockList;
import org.moslora.layers.block.Model;
import org.moslora.layers.block.ModelBuilder;
import org.moslora.tensors.WeightSource;

/**
 * The UNet, ready to run. Used by one thread; owns its weights. What a call makes belongs to the arena that it is
 * given, which may be closed as soon as the results have been read.
 */
public final class UNet implements Model {
    private static final int TIME_SEED = 1 << 20;

    private final UNetConfig config;
    private final ModelBuilder builder;
    private final TimeEmbedding time;
    private final List<UNetBlock> parts;
    private final BlockList<UNetPass> blocks;

    /**
     * Builds the model over weights, mapping them where it can.
     *
     * @param weights every tensor of {@link UNetNames#expected}
     * @param linears sees every linear and convolution as it is made; paths begin with {@link UNetNames#COMPONENT}
     */
    public UNet(UNetConfig config, WeightSource weights, Linears linears, Compute compute) {
        this.config = config;
        this.builder = ModelBuilder.open(UNetNames.COMPONENT, weights, linears, compute);
        this.time = new TimeEmbedding(builder, config);
        this.parts = UNetBlocks.of(builder, config);
        this.blocks = new BlockList<>(parts.stream().map(UNetBlock::block).toList(), Seeds::mix);
    }

    /** What the config says. */
    public UNetConfig config() {
        return config;
    }

    @Override
    public ModelBuilder builder() {
        return builder;
    }

    /**
     * Predicts noise or velocity, keeping nothing for a backward pass.
     *
     * @param step owns the result
     * @param latents [B, channels, h, w]; no size of h and w is refused
     * @return [B, channels, h, w] in fp32
     */
    public NDArray predict(Arena step, NDArray latents, Conditioning conditioning) {
        try (Arena inner = step.child()) {
            return step.adopt(run(inner, latents, conditioning, Tape.none(), 0).prediction());
        }
    }

    /**
     * Predicts for training.
     *
     * @param step owns everything that is made
     * @param latents [B, channels, h, w]
     * @param keep bytes that the insides of blocks may take until the backward pass; others are computed again
     * @param seed of this pass's dropout masks
     */
    public UNetPass forward(Arena step, NDArray latents, Conditioning conditioning, long keep, long seed) {
        return run(step, latents, conditioning, Tape.of(keep), seed);
    }

    /**
     * Adds the gradients of everything that learns, from the gradient of the prediction; each pass can go back once.
     *
     * @param gradient [B, channels, h, w] in fp32
     * @param text whether the text's gradient is wanted
     * @return the text's gradient, null where it was not wanted
     */
    public @Nullable TextGradient backward(Arena step, UNetPass pass, NDArray gradient, boolean text) {
        boolean timed = time.learns() || (text && config.added() != null);
        pass.want(timed, text);
        int lowest = blocks.lowest(
                i -> (timed && parts.get(i).timed()) || (text && parts.get(i).reads()));
        blocks.backward(
                step,
                blocks.size(),
                gradient,
                lowest,
                pass,
                pass.tape(),
                pass.seed(),
                false,
                state -> isKept(state) ? List.of(pass.takeSkipGradient()) : List.of());
        NDArray pooled = timed
                ? time.backward(
                        step,
                        pass.timeGradient(),
                        pass.timeSaved(),
                        pass.pooled(),
                        Seeds.mix(pass.seed(), TIME_SEED),
                        text && config.added() != null)
                : null;
        return text ? new TextGradient(pass.textGradient(), config.added() == null ? null : pooled) : null;
    }

    private UNetPass run(Arena step, NDArray latents, Conditioning conditioning, Tape tape, long seed) {
        UNetPass pass = begin(step, latents, conditioning, tape, seed);
        int format = compute().precision().scalarType();
        NDArray x =
                Kernels.get().one(step, "converted", latents, format, compute().deviceName());
        pass.finish(blocks.forward(step, x, blocks.size(), pass, tape, seed, (i, state) -> {
            if (isKept(i)) {
                pass.keep(state);
            }
            return isKept(i);
        }));
        return pass;
    }

    /** Whether the way up gets the state after so many blocks, too. */
    private boolean isKept(int state) {
        return state > 0 && parts.get(state - 1).kept();
    }

    private UNetPass begin(Arena step, NDArray latents, Conditioning given, Tape tape, long seed) {
        UNetConfig.Added adds = config.added();
        Conditioning.Added added = given.added();
        long pictures = latents.getShape().get(0);
        long width = given.text().getShape().getLastDimension();
        if (latents.getShape().dimension() != 4 || latents.getShape().get(1) != config.inChannels()) {
            throw new IllegalArgumentException(
                    "latents are " + latents.getShape() + ", expected [B, " + config.inChannels() + ", h, w]");
        }
        if (given.times().size() != pictures || width != config.textWidth() || (adds == null) != (added == null)) {
            throw new IllegalArgumentException(
                    "conditioning of " + given.times().size() + " times, text of width "
                            + width + (added == null ? "" : " and pooled text") + ", but there are " + pictures
                            + " pictures, the model reads text of width " + config.textWidth()
                            + (adds == null ? "" : " and pooled text"));
        }
        int format = compute().precision().scalarType();
        NDArray text = Kernels.get().one(step, "text_rows", given.text(), format);
        NDArray times = step.floats(floats(given.times()), pictures);
        NDArray pooled = added == null ? builder.none() : added.pooled();
        NDArray sizes =
                added == null ? builder.none() : step.floats(floats(added.sizes()), pictures, UNetConfig.Added.SIZES);
        List<NDArray> embedded = time.forward(step, times, pooled, sizes, Seeds.mix(seed, TIME_SEED));
        return new UNetPass(tape, text, given.read(), pooled, embedded, seed);
    }

    private static float[] floats(List<? extends Number> numbers) {
        float[] floats = new float[numbers.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = numbers.get(i).floatValue();
        }
        return floats;
    }
}
