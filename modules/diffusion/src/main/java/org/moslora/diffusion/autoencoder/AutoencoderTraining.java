package org.moslora.diffusion.autoencoder;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.moslora.diffusion.parts.Parts;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Kernels;
import org.moslora.layers.Linears;
import org.moslora.layers.Precision;
import org.moslora.layers.Tape;
import org.moslora.tensors.WeightSource;

/**
 * The autoencoder while it learns: whole batches through encoder, drawn latents (Kingma and Welling 2014,
 * arXiv:1312.6114) and decoder, and back. Latents are its own here, neither shifted nor scaled for a UNet. Used by one
 * thread; owns its weights.
 */
public final class AutoencoderTraining implements AutoCloseable {
    private final AutoencoderConfig config;
    private final Compute compute;
    private final Arena arena;
    private final Parts parts;
    private final List<Layer> encoder;
    private final List<Layer> decoder;

    /**
     * Builds the model over weights, mapping them where it can.
     *
     * @param weights every tensor of {@link AutoencoderNames#expected}
     * @param linears sees every tensor as it is made; paths begin with {@link AutoencoderNames#COMPONENT}
     * @param wanted where to compute and in which format; in fp32 all the same where the config forces it
     */
    public AutoencoderTraining(AutoencoderConfig config, WeightSource weights, Linears linears, Compute wanted) {
        this.config = config;
        this.compute = config.forceUpcast() ? new Compute(wanted.device(), Precision.FP32) : wanted;
        this.arena = Arena.open(compute);
        this.parts = new Parts(AutoencoderNames.COMPONENT, weights, linears, arena, compute);
        KernelLayers maker = new KernelLayers(parts, config.groups());
        this.encoder = Halves.encoder(maker, config);
        this.decoder = Halves.decoder(maker, config);
    }

    /** What the config says. */
    public AutoencoderConfig config() {
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
     * Encodes a whole batch, keeping nothing for a backward pass.
     *
     * @param step owns the result
     * @param pixels [B, 3, height, width] in [-1, 1], both sides multiples of {@link AutoencoderConfig#factor}
     */
    public Moments encode(Arena step, NDArray pixels) {
        try (Arena inner = step.child()) {
            NDArray[] moments =
                    Kernels.get().call(step, "moments", run(inner, encoder, own(inner, pixels), Tape.none()));
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
        NDArray moments = run(step, encoder, own(step, pixels), encodes() ? tape : Tape.none());
        NDArray latents = Kernels.get().one(step, "drawn", moments, noise);
        return new AutoencoderPass(tape, noise, moments, run(step, decoder, latents, tape));
    }

    /** Adds the gradients of everything that learns; each pass can go back once. */
    public void backward(Arena step, AutoencoderPass pass, PictureLoss loss) {
        boolean encodes = encodes();
        NDArray latents = back(step, decoder, loss.pictures(), pass.tape, encodes);
        if (encodes) {
            NDArray moments =
                    Kernels.get().one(step, "drawn_back", latents, pass.moments(), pass.noise, loss.moments());
            back(step, encoder, moments, pass.tape, false);
        }
    }

    private boolean encodes() {
        return lowest(encoder) < encoder.size();
    }

    private NDArray own(Arena step, NDArray pixels) {
        config.checkSides(pixels.getShape());
        return Kernels.get().one(step, "converted", pixels, compute.precision().scalarType(), compute.deviceName());
    }

    private static NDArray run(Arena step, List<Layer> layers, NDArray first, Tape tape) {
        NDArray x = first;
        for (Layer layer : layers) {
            NDArray y = layer.forward(step, x, tape);
            if (!tape.keeps()) {
                x.close();
            }
            x = y;
        }
        return x;
    }

    /** The gradient of what the layers began with where {@code need} says so, otherwise of no use. */
    private static NDArray back(Arena step, List<Layer> layers, NDArray last, Tape tape, boolean need) {
        int lowest = need ? 0 : lowest(layers);
        NDArray dy = last;
        for (int i = layers.size() - 1; i >= lowest; i--) {
            NDArray dx = layers.get(i).backward(step, dy, tape, need || i > lowest);
            if (dy != last) {
                dy.close();
            }
            dy = dx;
        }
        return dy;
    }

    /** The first layer that the backward pass must reach. */
    private static int lowest(List<Layer> layers) {
        int lowest = 0;
        while (lowest < layers.size() && !layers.get(lowest).learns()) {
            lowest++;
        }
        return lowest;
    }

    @Override
    public void close() {
        parts.close();
        arena.close();
    }
}
