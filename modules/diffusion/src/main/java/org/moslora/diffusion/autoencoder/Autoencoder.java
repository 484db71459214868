package org.moslora.diffusion.autoencoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.diffusion.parts.Parts;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Kernels;
import org.moslora.layers.Linears;
import org.moslora.layers.Precision;
import org.moslora.layers.Tape;
import org.moslora.tensors.WeightSource;

/**
 * The autoencoder, ready to run: one picture of a batch after the other, and of a picture only what the next layer
 * reads, since its widest layers take hundreds of megabytes each. Used by one thread; owns its weights.
 */
public final class Autoencoder implements AutoCloseable {
    private final AutoencoderConfig config;
    private final Compute compute;
    private final Arena arena;
    private final Parts parts;
    private final List<Layer> encoder;
    private final List<Layer> decoder;
    private final LatentScale scale;

    /**
     * Builds the model over weights, mapping them where it can.
     *
     * @param weights every tensor of {@link AutoencoderNames#expected}
     * @param wanted where to compute and in which format; in fp32 all the same where the config forces it
     */
    public Autoencoder(AutoencoderConfig config, WeightSource weights, Compute wanted) {
        this.config = config;
        this.compute = config.forceUpcast() ? new Compute(wanted.device(), Precision.FP32) : wanted;
        this.arena = Arena.open(compute);
        this.parts = new Parts(AutoencoderNames.COMPONENT, weights, Linears.plain(), arena, compute);
        KernelLayers maker = new KernelLayers(parts, config.groups());
        this.encoder = Halves.encoder(maker, config);
        this.decoder = Halves.decoder(maker, config);
        this.scale = new LatentScale(config, arena);
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

    /**
     * Encodes pictures.
     *
     * @param pixels [B, 3, height, width] in [-1, 1], both sides multiples of {@link AutoencoderConfig#factor}
     */
    public Moments encode(Arena step, NDArray pixels) {
        config.checkSides(pixels.getShape());
        try (Arena inner = step.child()) {
            NDArray encoded = each(inner, pixels, encoder);
            NDArray[] moments = Kernels.get().call(step, "moments", encoded);
            return new Moments(moments[0], moments[1]);
        }
    }

    /**
     * Latents as the UNet sees them.
     *
     * @param noise standard normal, of the mean's shape; null takes the mean itself
     */
    public NDArray latents(Arena step, Moments moments, @Nullable NDArray noise) {
        return scale.latents(step, moments, noise);
    }

    /**
     * Decodes latents as the UNet sees them.
     *
     * @param latents [B, channels, h, w]
     * @return pictures [B, 3, height, width] in fp32, nominally in [-1, 1] and not clipped
     */
    public NDArray decode(Arena step, NDArray latents) {
        try (Arena inner = step.child()) {
            int format = compute.precision().scalarType();
            NDArray own = scale.back(inner, latents, format);
            return step.adopt(each(inner, own, decoder));
        }
    }

    private NDArray each(Arena arena, NDArray batch, List<Layer> layers) {
        long[] shape = batch.getShape().getShape();
        long pictures = shape[0];
        shape[0] = 1;
        long size = new Shape(shape).size();
        List<NDArray> made = new ArrayList<>();
        for (int i = 0; i < pictures; i++) {
            made.add(run(arena, Kernels.get().one(arena, "window", batch, i * size, shape), layers));
        }
        return pictures == 1 ? made.get(0) : Kernels.get().one(arena, "concatenated", made, 0);
    }

    private static NDArray run(Arena arena, NDArray picture, List<Layer> layers) {
        Tape tape = Tape.none();
        NDArray x = picture;
        for (Layer layer : layers) {
            NDArray y = layer.forward(arena, x, tape);
            x.close();
            x = y;
        }
        return x;
    }

    @Override
    public void close() {
        parts.close();
        arena.close();
    }
}
