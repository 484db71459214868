package org.moslora.diffusion.mmdit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.diffusion.unet.TextGradient;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Kernels;
import org.moslora.layers.Linears;
import org.moslora.layers.Seeds;
import org.moslora.layers.Tape;
import org.moslora.layers.block.BlockList;
import org.moslora.layers.block.KernelBlock;
import org.moslora.layers.block.Model;
import org.moslora.layers.block.ModelBuilder;
import org.moslora.tensors.WeightSource;

/**
 * The transformer, ready to run: it answers with the velocity from pictures to noise. Used by one thread; owns its
 * weights. What a call makes belongs to the arena that it is given.
 */
public final class Mmdit implements Model {
    private static final int TIME_SEED = 1 << 20;

    private final MmditConfig config;
    private final ModelBuilder builder;
    private final MmditTime time;
    private final BlockList<MmditPass> blocks;

    /**
     * Builds the model over weights, mapping them where it can.
     *
     * @param weights every tensor of {@link MmditNames#expected}
     * @param linears sees every linear as it is made; paths begin with {@link MmditNames#COMPONENT}
     */
    public Mmdit(MmditConfig config, WeightSource weights, Linears linears, Compute compute) {
        this.config = config;
        this.builder = ModelBuilder.open(MmditNames.COMPONENT, weights, linears, compute);
        this.time = new MmditTime(builder, config);
        List<KernelBlock<MmditPass>> all = MmditBlocks.of(builder, config);
        this.blocks = new BlockList<>(all, Seeds::mix);
    }

    /** What the config says. */
    public MmditConfig config() {
        return config;
    }

    @Override
    public ModelBuilder builder() {
        return builder;
    }

    /**
     * Predicts the velocity, keeping nothing for a backward pass.
     *
     * @param step owns the result
     * @param latents [B, channels, h, w], h and w even
     * @return [B, channels, h, w] in fp32
     */
    public NDArray predict(Arena step, NDArray latents, MmditInput input) {
        try (Arena inner = step.child()) {
            return step.adopt(run(inner, latents, input, Tape.none(), 0).prediction());
        }
    }

    /**
     * Predicts for training.
     *
     * @param step owns everything that is made
     * @param latents [B, channels, h, w], h and w even
     * @param keep bytes that the insides of blocks may take until the backward pass; others are computed again
     * @param seed of this pass's dropout masks
     */
    public MmditPass forward(Arena step, NDArray latents, MmditInput input, long keep, long seed) {
        return run(step, latents, input, Tape.of(keep), seed);
    }

    /**
     * Adds the gradients of everything that learns, from the gradient of the prediction; each pass can go back once.
     *
     * @param gradient [B, channels, h, w] in fp32
     * @param text whether the text's gradient is wanted
     * @return the text's gradient, null where it was not wanted
     */
    public @Nullable TextGradient backward(Arena step, MmditPass pass, NDArray gradient, boolean text) {
        boolean timed = time.learns() || text;
        pass.want(timed, text);
        // All blocks but the first read the time.
        int lowest = blocks.lowest(i -> text || (timed && i > 0));
        blocks.backward(
                step,
                blocks.size(),
                gradient,
                lowest,
                pass,
                pass.tape(),
                pass.seed(),
                false,
                BlockList.Gradients.none());
        if (!timed) {
            return null;
        }
        NDArray pooled =
                time.backward(step, pass.timeGradient(), pass.timeSaved(), Seeds.mix(pass.seed(), TIME_SEED), text);
        return text ? new TextGradient(pass.textGradient(), pooled) : null;
    }

    private MmditPass run(Arena step, NDArray latents, MmditInput input, Tape tape, long seed) {
        MmditPass pass = begin(step, latents, input, tape, seed);
        int format = compute().precision().scalarType();
        NDArray x =
                Kernels.get().one(step, "converted", latents, format, compute().deviceName());
        pass.finish(blocks.forward(step, x, pass, tape, seed));
        return pass;
    }

    private MmditPass begin(Arena step, NDArray latents, MmditInput input, Tape tape, long seed) {
        Shape shape = latents.getShape();
        int pictures = input.times().size();
        long height = shape.get(2);
        long width = shape.get(3);
        if (shape.dimension() != 4
                || shape.get(0) != pictures
                || shape.get(1) != config.channels()
                || height % 2 != 0
                || width % 2 != 0) {
            throw new IllegalArgumentException("latents are " + shape + ", expected [" + pictures + ", "
                    + config.channels() + ", h, w] with h and w even");
        }
        if (config.side() > 0 && Math.max(height, width) > 2L * config.side()) {
            throw new IllegalArgumentException(
                    "latents are " + shape + ", but there are positions for " + 2 * config.side() + " a side");
        }
        NDArray text = input.text();
        if (text.getShape().getLastDimension() != config.textWidth()
                || input.pooled().getShape().getLastDimension() != config.pooledWidth()) {
            throw new IllegalArgumentException("text is " + text.getShape() + " and pooled "
                    + input.pooled().getShape() + ", the model reads widths of " + config.textWidth() + " and "
                    + config.pooledWidth());
        }
        int format = compute().precision().scalarType();
        NDArray rows = Kernels.get().one(step, "text_rows", text, format);
        int words = (int) (rows.getShape().get(0) / pictures);
        NDArray[] angles = RotaryAngles.of(step, config.axes(), words, (int) (height / 2), (int) (width / 2));
        List<NDArray> embedded = time.forward(step, input, Seeds.mix(seed, TIME_SEED));
        return new MmditPass(tape, rows, words, shape.getShape(), embedded, angles, seed);
    }
}
