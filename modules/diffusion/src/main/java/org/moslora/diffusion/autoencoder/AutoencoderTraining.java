package org.moslora.diffusion.autoencoder;

import ai.djl.ndarray.NDArray;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Kernels;
import org.moslora.layers.Linears;
import org.moslora.layers.Precision;
import org.moslora.layers.Tape;
import org.moslora.layers.block.BlockList;
import org.moslora.layers.block.Context;
import org.moslora.layers.block.Model;
import org.moslora.layers.block.ModelBuilder;
import org.moslora.tensors.WeightSource;

/**
 * The autoencoder while it learns: whole batches through encoder, drawn latents (Kingma and Welling 2014,
 * arXiv:1312.6114) and decoder, and back. Latents are its own here, neither shifted nor scaled for a UNet. Used by one
 * thread; owns its weights.
 */
public final class AutoencoderTraining implements Model {
    private final AutoencoderConfig config;
    private final ModelBuilder builder;
    private final BlockList<Context.Nothing> encoder;
    private final BlockList<Context.Nothing> decoder;

    /**
     * Builds the model over weights, mapping them where it can.
     *
     * @param weights every tensor of {@link AutoencoderNames#expected}
     * @param linears sees every tensor as it is made; paths begin with {@link AutoencoderNames#COMPONENT}
     * @param wanted where to compute and in which format; in fp32 all the same where the config forces it
     */
    public AutoencoderTraining(AutoencoderConfig config, WeightSource weights, Linears linears, Compute wanted) {
        this.config = config;
        Compute compute = config.forceUpcast() ? new Compute(wanted.device(), Precision.FP32) : wanted;
        this.builder = ModelBuilder.open(AutoencoderNames.COMPONENT, weights, linears, compute);
        this.encoder = KernelLayers.encoder(builder, config);
        this.decoder = KernelLayers.decoder(builder, config);
    }

    /** What the config says. */
    public AutoencoderConfig config() {
        return config;
    }

    @Override
    public ModelBuilder builder() {
        return builder;
    }

    /**
     * Encodes a whole batch, keeping nothing for a backward pass.
     *
     * @param step owns the result
     * @param pixels [B, 3, height, width] in [-1, 1], both sides multiples of {@link AutoencoderConfig#factor}
     */
    public Moments encode(Arena step, NDArray pixels) {
        try (Arena inner = step.child()) {
            NDArray encoded = run(inner, encoder, own(inner, pixels), Tape.none());
            NDArray[] moments = Kernels.get().call(step, "moments", encoded);
            return new Moments(moments[0], moments[1]);
        }
    }

    /**
     * Encodes and decodes for training. Of an encoder that does not learn, nothing is kept.
     *
     * @param step owns everything that is made
     * @param pixels [B, 3, height, width] in [-1, 1], both sides multiples of {@link AutoencoderConfig#factor}
     * @param noise [B, channels, height / factor, width / factor], standard normal; zeros decode the means
     * @param keep bytes that the insides of layers may take until the backward pass; others are computed again
     */
    public AutoencoderPass forward(Arena step, NDArray pixels, NDArray noise, long keep) {
        Tape tape = Tape.of(keep);
        NDArray moments = run(step, encoder, own(step, pixels), encoder.learns() ? tape : Tape.none());
        NDArray latents = Kernels.get().one(step, "drawn", moments, noise);
        return new AutoencoderPass(tape, noise, moments, run(step, decoder, latents, tape));
    }

    /** Adds the gradients of everything that learns; each pass can go back once. */
    public void backward(Arena step, AutoencoderPass pass, PictureLoss loss) {
        boolean encodes = encoder.learns();
        NDArray latents = back(step, decoder, loss.pictures(), pass.tape, encodes);
        if (encodes) {
            NDArray moments =
                    Kernels.get().one(step, "drawn_back", latents, pass.moments(), pass.noise, loss.moments());
            back(step, encoder, moments, pass.tape, false);
        }
    }

    private NDArray own(Arena step, NDArray pixels) {
        config.checkSides(pixels.getShape());
        return Kernels.get()
                .one(
                        step,
                        "converted",
                        pixels,
                        compute().precision().scalarType(),
                        compute().deviceName());
    }

    private static NDArray run(Arena step, BlockList<Context.Nothing> layers, NDArray x, Tape tape) {
        return layers.forward(step, x, Context.Nothing.HERE, tape, 0);
    }

    /** The gradient of what the layers began with where {@code need} says so, otherwise of no use. */
    private static NDArray back(Arena step, BlockList<Context.Nothing> layers, NDArray dy, Tape tape, boolean need) {
        return layers.backward(step, dy, Context.Nothing.HERE, tape, 0, need);
    }
}
