package org.moslora.diffusion.autoencoder;

import ai.djl.ndarray.types.Shape;
import java.util.Collections;
import java.util.List;
import org.moslora.tensors.ConfigSection;

/**
 * The shape of an autoencoder, and how its latents relate to what the UNet sees.
 *
 * @param inChannels channels of the pictures that it reads
 * @param outChannels channels of the pictures that it makes
 * @param channels width at each resolution, from the finest to the coarsest
 * @param layers resnets at each resolution of the encoder; the decoder has one more
 * @param latentChannels channels of the latents
 * @param groups groups of its group norms
 * @param scalingFactor what latents are multiplied with for the UNet
 * @param shift what is taken off each latent channel before that
 * @param deviation what each latent channel is divided by after that
 * @param forceUpcast whether it must be computed in fp32 because half precision overflows in it
 * @param quantConv whether a 1×1 convolution follows the encoder
 * @param postQuantConv whether a 1×1 convolution precedes the decoder
 * @param middleAttention whether there is attention at the coarsest resolution
 * @param patch latents of a side that the model sees as channels of one
 */
public record AutoencoderConfig(
        int inChannels,
        int outChannels,
        List<Integer> channels,
        int layers,
        int latentChannels,
        int groups,
        double scalingFactor,
        List<Double> shift,
        List<Double> deviation,
        boolean forceUpcast,
        boolean quantConv,
        boolean postQuantConv,
        boolean middleAttention,
        int patch) {
    /** Copies the lists. */
    public AutoencoderConfig {
        channels = List.copyOf(channels);
        shift = List.copyOf(shift);
        deviation = List.copyOf(deviation);
    }

    /** One whose latents the model sees as they are. */
    public AutoencoderConfig(
            int inChannels,
            int outChannels,
            List<Integer> channels,
            int layers,
            int latentChannels,
            int groups,
            double scalingFactor,
            List<Double> shift,
            List<Double> deviation,
            boolean forceUpcast,
            boolean quantConv,
            boolean postQuantConv,
            boolean middleAttention) {
        this(
                inChannels,
                outChannels,
                channels,
                layers,
                latentChannels,
                groups,
                scalingFactor,
                shift,
                deviation,
                forceUpcast,
                quantConv,
                postQuantConv,
                middleAttention,
                1);
    }

    /** The same network, whose latents the model sees packed, each of these normed. */
    public AutoencoderConfig packed(int side, List<Double> means, List<Double> deviations) {
        return new AutoencoderConfig(
                inChannels,
                outChannels,
                channels,
                layers,
                latentChannels,
                groups,
                1,
                means,
                deviations,
                forceUpcast,
                quantConv,
                postQuantConv,
                middleAttention,
                side);
    }

    /** Channels of the latents as the model sees them. */
    public int seenChannels() {
        return latentChannels * patch * patch;
    }

    /**
     * Reads {@code vae/config.json} with the class's defaults; whatever this program does not compute becomes a problem
     * of the section.
     */
    public static AutoencoderConfig read(ConfigSection given) {
        given.mustBe("_class_name", "\"AutoencoderKL\"");
        return network(given);
    }

    /** Reads what autoencoders of every class have, with the defaults of AutoencoderKL. */
    public static AutoencoderConfig network(ConfigSection given) {
        return network(given, List.of(64), 1, 4);
    }

    /** The same with the defaults of FLUX.2's class, AutoencoderKLFlux2. */
    public static AutoencoderConfig packedNetwork(ConfigSection given) {
        return network(given, List.of(128, 256, 512, 512), 2, 32);
    }

    private static AutoencoderConfig network(
            ConfigSection given, List<Integer> widths, int layers, int latentChannels) {
        given.mustBe("act_fn", "\"silu\"");
        List<Integer> channels = given.sizes("block_out_channels", widths);
        onlyBlocks(given, "down_block_types", "DownEncoderBlock2D", channels.size());
        onlyBlocks(given, "up_block_types", "UpDecoderBlock2D", channels.size());
        int groups = given.size("norm_num_groups", 32);
        if (channels.stream().anyMatch(width -> width % groups != 0)) {
            given.problem("norm_num_groups %d does not divide all of block_out_channels %s", groups, channels);
        }
        int latents = given.size("latent_channels", latentChannels);
        double scaling = given.number("scaling_factor", 0.18215);
        if (scaling == 0) {
            given.problem("scaling_factor is 0");
        }
        return new AutoencoderConfig(
                given.size("in_channels", 3),
                given.size("out_channels", 3),
                channels,
                given.blocks("layers_per_block", layers),
                latents,
                groups,
                scaling,
                perChannel(given, "latents_mean", given.number("shift_factor", 0), latents),
                perChannel(given, "latents_std", 1, latents),
                given.flag("force_upcast", true),
                given.flag("use_quant_conv", true),
                given.flag("use_post_quant_conv", true),
                given.flag("mid_block_add_attention", true));
    }

    /** How many pixels a side of a latent stands for. */
    public int factor() {
        return (1 << (channels.size() - 1)) * patch;
    }

    /** Refuses pictures [B, 3, height, width] whose sides are no multiples of {@link #factor}. */
    void checkSides(Shape pictures) {
        if (pictures.get(2) % factor() != 0 || pictures.get(3) % factor() != 0) {
            throw new IllegalArgumentException(
                    "pictures are " + pictures + "; height and width must be multiples of " + factor());
        }
    }

    /** Channels at the coarsest resolution. */
    public int coarsest() {
        return channels.get(channels.size() - 1);
    }

    private static void onlyBlocks(ConfigSection given, String key, String only, int count) {
        List<String> types = given.texts(key, Collections.nCopies(count, only));
        if (types.size() != count || types.stream().anyMatch(type -> !type.equals(only))) {
            given.problem("%s is %s; this program computes %d of %s", key, types, count, only);
        }
    }

    private static List<Double> perChannel(ConfigSection given, String key, double otherwise, int channels) {
        List<Double> same = Collections.nCopies(channels, otherwise);
        List<Double> values = given.numbers(key, same);
        if (values.size() != channels) {
            given.problem("%s has %d entries, but there are %d latent channels", key, values.size(), channels);
            return same;
        }
        return values;
    }
}
