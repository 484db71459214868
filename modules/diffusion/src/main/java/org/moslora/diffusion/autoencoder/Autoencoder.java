package org.moslora.diffusion.autoencoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
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
 * The autoencoder, ready to run: one picture of a batch after the other, and of a picture only what the next layer
 * reads, since its widest layers take hundreds of megabytes each. Used by one thread; owns its weights.
 */
public final class Autoencoder implements Model {
    private final AutoencoderConfig config;
    private final ModelBuilder builder;
    private final BlockList<Context.Nothing> encoder;
    private final BlockList<Context.Nothing> decoder;
    private final LatentScale scale;

    /**
     * Builds the model over weights, mapping them where it can.
     *
     * @param weights every tensor of {@link AutoencoderNames#expected}
     * @param wanted where to compute and in which format; in fp32 all the same where the config forces it
     */
    public Autoencoder(AutoencoderConfig config, WeightSource weights, Compute wanted) {
        this.config = config;
        Compute compute = config.forceUpcast() ? new Compute(wanted.device(), Precision.FP32) : wanted;
        this.builder = ModelBuilder.open(AutoencoderNames.COMPONENT, weights, Linears.plain(), compute);
        this.encoder = KernelLayers.encoder(builder, config);
        this.decoder = KernelLayers.decoder(builder, config);
        this.scale = new LatentScale(config, builder.arena());
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
            int format = compute().precision().scalarType();
            NDArray own = scale.back(inner, latents, format);
            return step.adopt(each(inner, own, decoder));
        }
    }

    private static NDArray each(Arena arena, NDArray batch, BlockList<Context.Nothing> layers) {
        long[] shape = batch.getShape().getShape();
        long pictures = shape[0];
        shape[0] = 1;
        long size = new Shape(shape).size();
        List<NDArray> made = new ArrayList<>();
        for (int i = 0; i < pictures; i++) {
            NDArray picture = Kernels.get().one(arena, "window", batch, i * size, shape);
            made.add(layers.forward(arena, picture, Context.Nothing.HERE, Tape.none(), 0));
        }
        return Kernels.get().joined(arena, made, 0);
    }
}
