package org.moslora.diffusion.unet;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.diffusion.parts.Parts;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Kernels;
import org.moslora.layers.Linears;
import org.moslora.layers.Seeds;
import org.moslora.layers.Tape;
import org.moslora.tensors.WeightSource;

/**
 * The UNet, ready to run. Used by one thread; owns its weights. What a call makes belongs to the arena that it is
 * given, which may be closed as soon as the results have been read.
 */
public final class UNet implements AutoCloseable {
    /** Distance of the dropout seeds of two blocks in a stack: more than the linears of any block. */
    static final long SITES = 64;

    private static final int TIME_SEED = 1 << 20;

    private final UNetConfig config;
    private final Compute compute;
    private final Arena arena;
    private final Parts parts;
    private final TimeEmbedding time;
    private final List<Block> blocks = new ArrayList<>();

    /**
     * Builds the model over weights, mapping them where it can.
     *
     * @param weights every tensor of {@link UNetNames#expected}
     * @param linears sees every linear and convolution as it is made; paths begin with {@link UNetNames#COMPONENT}
     */
    public UNet(UNetConfig config, WeightSource weights, Linears linears, Compute compute) {
        this.config = config;
        this.compute = compute;
        this.arena = Arena.open(compute);
        this.parts = new Parts(UNetNames.COMPONENT, weights, linears, arena, compute);
        this.time = new TimeEmbedding(parts, config);
        blocks.add(new ConvolutionBlock(parts, "conv_in", false));
        UNetLayout.of(config).forEach(step -> blocks.add(block(parts, config, step)));
        blocks.add(new OutputBlock(parts, config));
    }

    private static Block block(Parts parts, UNetConfig config, Step step) {
        if (step instanceof Step.Resnet resnet) {
            return new ResnetBlock(parts, config, resnet);
        }
        if (step instanceof Step.Transformer transformer) {
            return new TransformerStack(parts, config, transformer);
        }
        return step instanceof Step.Upsample
                ? new UpsampleBlock(parts, step.path())
                : new ConvolutionBlock(parts, step.path(), true);
    }

    /** What the config says. */
    public UNetConfig config() {
        return config;
    }

    /** Where and how it computes. */
    public Compute compute() {
        return compute;
    }

    /** An arena for one step, closed with the model at the latest. */
    public Arena step() {
        return arena.child();
    }

    /** The arena of whatever lives as long as the model. */
    public Arena arena() {
        return arena;
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
        int lowest = lowest(timed, text);
        NDArray dy = gradient;
        for (int i = blocks.size() - 1; i >= lowest; i--) {
            Block block = blocks.get(i);
            NDArray before = dy;
            if (block.kept()) {
                before = Kernels.get().one(step, "added", dy, pass.takeSkipGradient());
                close(dy, gradient);
            }
            dy = block.backward(step, before, pass, Seeds.mix(pass.seed(), i), i > lowest);
            close(before, gradient);
        }
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
        int format = compute.precision().scalarType();
        NDArray x = Kernels.get().one(step, "converted", latents, format, compute.deviceName());
        for (int i = 0; i < blocks.size(); i++) {
            Block block = blocks.get(i);
            boolean kept = pass.isKept(x);
            NDArray y = block.forward(step, x, pass, Seeds.mix(seed, i));
            if (!tape.keeps() && !kept) {
                x.close();
            }
            if (block.kept()) {
                pass.keep(y);
            }
            x = y;
        }
        pass.finish(x);
        return pass;
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
        int format = compute.precision().scalarType();
        NDArray text = Kernels.get().one(step, "text_rows", given.text(), format);
        NDArray times = step.floats(floats(given.times()), pictures);
        NDArray pooled = added == null ? parts.none() : added.pooled();
        NDArray sizes =
                added == null ? parts.none() : step.floats(floats(added.sizes()), pictures, UNetConfig.Added.SIZES);
        List<NDArray> embedded = time.forward(step, times, pooled, sizes, Seeds.mix(seed, TIME_SEED));
        return new UNetPass(tape, text, pooled, embedded, seed);
    }

    /** The first block that the backward pass must reach. */
    private int lowest(boolean timed, boolean text) {
        for (int i = 0; i < blocks.size(); i++) {
            Block block = blocks.get(i);
            if (block.learns() || (timed && block.timed()) || (text && block.reads())) {
                return i;
            }
        }
        return blocks.size();
    }

    private static float[] floats(List<? extends Number> numbers) {
        float[] floats = new float[numbers.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = numbers.get(i).floatValue();
        }
        return floats;
    }

    private static void close(NDArray array, NDArray unless) {
        if (array != unless) {
            array.close();
        }
    }

    @Override
    public void close() {
        parts.close();
        arena.close();
    }
}
