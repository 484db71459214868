package org.moslora.diffusion.autoencoder;

import java.util.ArrayList;
import java.util.List;

/** The layers of the two halves of an autoencoder, in the order in which they run. */
public final class Halves<L> {
    private final LayerMaker<L> maker;
    private final AutoencoderConfig config;
    private final List<L> layers = new ArrayList<>();

    private Halves(LayerMaker<L> maker, AutoencoderConfig config) {
        this.maker = maker;
        this.config = config;
    }

    /** The layers from pictures to moments. */
    public static <L> List<L> encoder(LayerMaker<L> maker, AutoencoderConfig config) {
        return new Halves<>(maker, config).encoder();
    }

    /** The layers from latents to pictures. */
    public static <L> List<L> decoder(LayerMaker<L> maker, AutoencoderConfig config) {
        return new Halves<>(maker, config).decoder();
    }

    private List<L> encoder() {
        layers.add(maker.convolution("encoder.conv_in", 1));
        int width = config.channels().get(0);
        for (int i = 0; i < config.channels().size(); i++) {
            String path = "encoder.down_blocks." + i;
            width = resnets(path, width, config.channels().get(i), config.layers());
            if (i < config.channels().size() - 1) {
                layers.add(maker.halving(path + ".downsamplers.0.conv"));
            }
        }
        middle("encoder.mid_block");
        layers.add(maker.output("encoder.conv_norm_out", "encoder.conv_out"));
        if (config.quantConv()) {
            layers.add(maker.convolution("quant_conv", 0));
        }
        return layers;
    }

    private List<L> decoder() {
        if (config.postQuantConv()) {
            layers.add(maker.convolution("post_quant_conv", 0));
        }
        layers.add(maker.convolution("decoder.conv_in", 1));
        middle("decoder.mid_block");
        int count = config.channels().size();
        int width = config.coarsest();
        for (int i = 0; i < count; i++) {
            String path = "decoder.up_blocks." + i;
            width = resnets(path, width, config.channels().get(count - 1 - i), config.layers() + 1);
            if (i < count - 1) {
                layers.add(maker.doubling(path + ".upsamplers.0.conv"));
            }
        }
        layers.add(maker.output("decoder.conv_norm_out", "decoder.conv_out"));
        return layers;
    }

    private int resnets(String path, int before, int width, int count) {
        for (int j = 0; j < count; j++) {
            layers.add(maker.resnet(path + ".resnets." + j, j == 0 && before != width));
        }
        return width;
    }

    private void middle(String path) {
        layers.add(maker.resnet(path + ".resnets.0", false));
        if (config.middleAttention()) {
            layers.add(maker.attention(path + ".attentions.0"));
        }
        layers.add(maker.resnet(path + ".resnets.1", false));
    }
}
