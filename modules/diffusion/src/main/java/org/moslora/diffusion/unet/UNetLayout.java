package org.moslora.diffusion.unet;

import java.util.ArrayList;
import java.util.List;

/** The blocks of a UNet between its first and its last convolution, in the order in which they run. */
public final class UNetLayout {
    private final UNetConfig config;
    private final List<BlockSpec> steps = new ArrayList<>();
    /** Channels of what the way down has handed over so far, the last one on top. */
    private final List<Integer> skips = new ArrayList<>();

    private UNetLayout(UNetConfig config) {
        this.config = config;
    }

    /** The blocks of a UNet of this config. */
    public static List<BlockSpec> of(UNetConfig config) {
        UNetLayout layout = new UNetLayout(config);
        layout.skips.add(config.levels().get(0).channels());
        layout.down();
        layout.middle();
        layout.up();
        return layout.steps;
    }

    private void down() {
        int width = config.levels().get(0).channels();
        for (int i = 0; i < config.levels().size(); i++) {
            UNetConfig.Level level = config.levels().get(i);
            String path = "down_blocks." + i;
            for (int j = 0; j < level.layers(); j++) {
                steps.add(new BlockSpec.Resnet(
                        path + ".resnets." + j, width, 0, level.channels(), !level.attentionDown()));
                if (level.attentionDown()) {
                    steps.add(new BlockSpec.Transformer(path + ".attentions." + j, level, true));
                }
                width = level.channels();
                skips.add(width);
            }
            if (i < config.levels().size() - 1) {
                steps.add(new BlockSpec.Downsample(path + ".downsamplers.0.conv", width));
                skips.add(width);
            }
        }
    }

    private void middle() {
        UNetConfig.Level level = config.coarsest();
        int width = level.channels();
        steps.add(new BlockSpec.Resnet("mid_block.resnets.0", width, 0, width, false));
        steps.add(new BlockSpec.Transformer("mid_block.attentions.0", level, false));
        steps.add(new BlockSpec.Resnet("mid_block.resnets.1", width, 0, width, false));
    }

    private void up() {
        int count = config.levels().size();
        int width = config.coarsest().channels();
        for (int i = 0; i < count; i++) {
            UNetConfig.Level level = config.levels().get(count - 1 - i);
            String path = "up_blocks." + i;
            for (int j = 0; j <= level.layers(); j++) {
                int skip = skips.remove(skips.size() - 1);
                steps.add(new BlockSpec.Resnet(path + ".resnets." + j, width, skip, level.channels(), false));
                if (level.attentionUp()) {
                    steps.add(new BlockSpec.Transformer(path + ".attentions." + j, level, false));
                }
                width = level.channels();
            }
            if (i < count - 1) {
                steps.add(new BlockSpec.Upsample(path + ".upsamplers.0.conv", width));
            }
        }
    }
}
