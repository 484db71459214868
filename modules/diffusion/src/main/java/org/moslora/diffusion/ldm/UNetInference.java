package org.moslora.diffusion.ldm;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.diffusion.unet.UNetConfig;

/** Infers a UNet's config from a checkpoint. */
final class UNetInference {
    /** Stable Diffusion 1 has this many heads whatever the width; later ones have heads of a width of 64. */
    private static final int HEADS = 8;

    private final Shapes shapes;
    private final CheckpointSource origin;
    private final int pooledWidth;

    UNetInference(Shapes shapes, CheckpointSource origin, int pooledWidth) {
        this.shapes = shapes;
        this.origin = origin;
        this.pooledWidth = pooledWidth;
    }

    UNetConfig infer() {
        String attention = firstAttention();
        boolean linear = shapes.shape(attention + "proj_in.weight").size() == 2;
        return new UNetConfig(
                shapes.size("input_blocks.0.0.weight", 1),
                shapes.size("out.2.weight", 0),
                origin.sampleSize(),
                levels(linear),
                shapes.size(attention + "transformer_blocks.0.attn2.to_k.weight", 1),
                32,
                1e-5,
                linear,
                origin == CheckpointSource.V2,
                true,
                0,
                added());
    }

    private String firstAttention() {
        for (int i = 1; i < 64; i++) {
            if (hasAttention("input_blocks." + i)) {
                return "input_blocks." + i + ".1.";
            }
        }
        return "middle_block.1.";
    }

    private List<UNetConfig.Level> levels(boolean linear) {
        List<List<Integer>> blocks = new ArrayList<>();
        blocks.add(new ArrayList<>());
        int at = 1;
        while (shapes.has("input_blocks." + at + ".0.op.weight") || isResnet(at)) {
            if (isResnet(at)) {
                blocks.get(blocks.size() - 1).add(at);
            } else {
                blocks.add(new ArrayList<>());
            }
            at++;
        }
        List<UNetConfig.Level> levels = new ArrayList<>();
        int output = 0;
        for (int i = blocks.size() - 1; i >= 0; i--) {
            levels.add(0, level(blocks.get(i), output, i == blocks.size() - 1, linear));
            output += blocks.get(i).size() + 1;
        }
        return levels;
    }

    private UNetConfig.Level level(List<Integer> inputs, int output, boolean coarsest, boolean linear) {
        int first = inputs.isEmpty() ? 0 : inputs.get(0);
        int channels = shapes.size("input_blocks." + first + ".0.out_layers.3.weight", 0);
        boolean down = hasAttention("input_blocks." + first);
        boolean up = hasAttention("output_blocks." + output);
        String deep = coarsest ? "middle_block" : down ? "input_blocks." + first : "output_blocks." + output;
        int depth = shapes.count(i -> deep + ".1.transformer_blocks." + i + ".norm1.weight");
        boolean attends = down || up || coarsest;
        int heads = linear && attends ? shapes.heads(channels) : linear ? 1 : HEADS;
        return new UNetConfig.Level(channels, inputs.size(), down, up, heads, Math.max(1, depth));
    }

    private boolean isResnet(int block) {
        return shapes.has("input_blocks." + block + ".0.in_layers.2.weight");
    }

    private boolean hasAttention(String block) {
        return shapes.has(block + ".1.proj_in.weight");
    }

    private UNetConfig.@Nullable Added added() {
        if (!shapes.has("label_emb.0.0.weight")) {
            return null;
        }
        int rest = shapes.size("label_emb.0.0.weight", 1) - pooledWidth;
        return new UNetConfig.Added(pooledWidth, Math.max(1, rest / UNetConfig.Added.SIZES));
    }
}
