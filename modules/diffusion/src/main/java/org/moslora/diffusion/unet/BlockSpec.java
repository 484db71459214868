package org.moslora.diffusion.unet;

import org.moslora.tensors.TensorShapes;

/** One block of a UNet, before there are weights: its path and widths. */
public sealed interface BlockSpec {
    /** What the names of its tensors begin with. */
    String path();

    /** Adds the block's tensors. */
    void expect(UNetConfig config, TensorShapes shapes);

    /**
     * A resnet.
     *
     * @param path of its tensors
     * @param below channels of what comes from the block before
     * @param skip channels of what comes from the way down beside it, 0 for nothing
     * @param channels channels of its output
     * @param kept whether its output is handed over to the way up
     */
    record Resnet(String path, int below, int skip, int channels, boolean kept) implements BlockSpec {
        @Override
        public void expect(UNetConfig config, TensorShapes shapes) {
            shapes.resnet(path, below + skip, channels, config.timeWidth());
        }
    }

    /**
     * A transformer over the places of a picture.
     *
     * @param path of its tensors
     * @param level what it belongs to
     * @param kept as a resnet's
     */
    record Transformer(String path, UNetConfig.Level level, boolean kept) implements BlockSpec {
        @Override
        public void expect(UNetConfig config, TensorShapes shapes) {
            int width = level.channels();
            shapes.norm(path + ".norm", width);
            for (String end : new String[] {".proj_in", ".proj_out"}) {
                if (config.linearProjection()) {
                    shapes.linear(path + end, width, width, true);
                } else {
                    shapes.convolution(path + end, width, width, 1);
                }
            }
            for (int i = 0; i < level.depth(); i++) {
                block(path + ".transformer_blocks." + i + ".", width, config.textWidth(), shapes);
            }
        }

        private static void block(String path, int width, int textWidth, TensorShapes shapes) {
            for (int i = 1; i <= 3; i++) {
                shapes.norm(path + "norm" + i, width);
            }
            for (String name : new String[] {"attn1", "attn2"}) {
                int keys = name.equals("attn1") ? width : textWidth;
                shapes.linear(path + name + ".to_q", width, width, false);
                shapes.linear(path + name + ".to_k", width, keys, false);
                shapes.linear(path + name + ".to_v", width, keys, false);
                shapes.linear(path + name + ".to_out.0", width, width, true);
            }
            shapes.linear(path + "ff.net.0.proj", 8L * width, width, true);
            shapes.linear(path + "ff.net.2", width, 4L * width, true);
        }
    }

    /** A convolution that halves the picture; its output is always handed over. */
    record Downsample(String path, int channels) implements BlockSpec {
        @Override
        public void expect(UNetConfig config, TensorShapes shapes) {
            shapes.convolution(path, channels, channels, 3);
        }
    }

    /** Enlarges the picture to the size that the way down had, then a convolution. */
    record Upsample(String path, int channels) implements BlockSpec {
        @Override
        public void expect(UNetConfig config, TensorShapes shapes) {
            shapes.convolution(path, channels, channels, 3);
        }
    }
}
