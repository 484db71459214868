package org.moslora.diffusion.autoencoder;

import java.util.List;
import java.util.SortedMap;
import org.moslora.tensors.TensorShapes;

/** The one place that names an autoencoder's tensors, as diffusers spells them now, with the shapes of a config. */
public final class AutoencoderNames {
    /** What the paths of its layers begin with. */
    public static final String COMPONENT = "vae.";

    private final AutoencoderConfig config;
    private final TensorShapes shapes = new TensorShapes();

    private AutoencoderNames(AutoencoderConfig config) {
        this.config = config;
    }

    /** Every tensor that an autoencoder of this config has, with its shape. */
    public static SortedMap<String, List<Long>> expected(AutoencoderConfig config) {
        AutoencoderNames names = new AutoencoderNames(config);
        names.encoder();
        names.decoder();
        int latents = config.latentChannels();
        if (config.quantConv()) {
            names.shapes.convolution("quant_conv", 2L * latents, 2L * latents, 1);
        }
        if (config.postQuantConv()) {
            names.shapes.convolution("post_quant_conv", latents, latents, 1);
        }
        return names.shapes.all();
    }

    private void encoder() {
        int width = config.channels().get(0);
        shapes.convolution("encoder.conv_in", width, config.inChannels(), 3);
        for (int i = 0; i < config.channels().size(); i++) {
            String path = "encoder.down_blocks." + i;
            width = resnets(path, width, config.channels().get(i), config.layers());
            if (i < config.channels().size() - 1) {
                shapes.convolution(path + ".downsamplers.0.conv", width, width, 3);
            }
        }
        middle("encoder.mid_block");
        shapes.norm("encoder.conv_norm_out", width);
        shapes.convolution("encoder.conv_out", 2L * config.latentChannels(), width, 3);
    }

    private void decoder() {
        int width = config.coarsest();
        int count = config.channels().size();
        shapes.convolution("decoder.conv_in", width, config.latentChannels(), 3);
        middle("decoder.mid_block");
        for (int i = 0; i < count; i++) {
            String path = "decoder.up_blocks." + i;
            width = resnets(path, width, config.channels().get(count - 1 - i), config.layers() + 1);
            if (i < count - 1) {
                shapes.convolution(path + ".upsamplers.0.conv", width, width, 3);
            }
        }
        shapes.norm("decoder.conv_norm_out", width);
        shapes.convolution("decoder.conv_out", config.outChannels(), width, 3);
    }

    private int resnets(String path, int before, int width, int count) {
        for (int j = 0; j < count; j++) {
            shapes.resnet(path + ".resnets." + j, j == 0 ? before : width, width, 0);
        }
        return width;
    }

    private void middle(String path) {
        int width = config.coarsest();
        shapes.resnet(path + ".resnets.0", width, width, 0);
        shapes.resnet(path + ".resnets.1", width, width, 0);
        if (config.middleAttention()) {
            String attention = path + ".attentions.0";
            shapes.norm(attention + ".group_norm", width);
            for (String linear : List.of(".to_q", ".to_k", ".to_v", ".to_out.0")) {
                shapes.linear(attention + linear, width, width, true);
            }
        }
    }
}
