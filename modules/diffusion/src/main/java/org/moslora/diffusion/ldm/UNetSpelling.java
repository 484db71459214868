package org.moslora.diffusion.ldm;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.moslora.diffusion.unet.UNetConfig;

/**
 * How latent diffusion names what diffusers names {@code down_blocks.1.resnets.0.conv1}: by the number of the block
 * counted through all resolutions, and by the place in it ({@code input_blocks.4.0.in_layers.2}).
 */
public final class UNetSpelling {
    private static final Pattern BLOCK = Pattern.compile(
            "(down_blocks|up_blocks)\\.(\\d+)\\.(resnets|attentions|downsamplers|upsamplers)\\.(\\d+)\\.(.+)");
    private static final Pattern MIDDLE = Pattern.compile("mid_block\\.(resnets|attentions)\\.(\\d+)\\.(.+)");
    private static final Map<String, String> ENDS = Map.of(
            "conv_in", "input_blocks.0.0",
            "time_embedding.linear_1", "time_embed.0",
            "time_embedding.linear_2", "time_embed.2",
            "add_embedding.linear_1", "label_emb.0.0",
            "add_embedding.linear_2", "label_emb.0.2",
            "conv_norm_out", "out.0",
            "conv_out", "out.2");
    private static final Map<String, String> RESNET = Map.of(
            "norm1", "in_layers.0",
            "conv1", "in_layers.2",
            "time_emb_proj", "emb_layers.1",
            "norm2", "out_layers.0",
            "conv2", "out_layers.3",
            "conv_shortcut", "skip_connection");

    private final UNetConfig config;

    /** The spelling for UNets of this config. */
    public UNetSpelling(UNetConfig config) {
        this.config = config;
    }

    /**
     * The name of a module.
     *
     * @param path as diffusers names it, without component; a name that it does not have comes back as it is
     */
    public String module(String path) {
        if (ENDS.containsKey(path)) {
            return ENDS.getOrDefault(path, path);
        }
        Matcher middle = MIDDLE.matcher(path);
        if (middle.matches()) {
            boolean resnet = middle.group(1).equals("resnets");
            int place = resnet ? 2 * Integer.parseInt(middle.group(2)) : 1;
            return "middle_block." + place + "." + inside(resnet, middle.group(3));
        }
        Matcher block = BLOCK.matcher(path);
        return block.matches() ? block(block) : path;
    }

    /** The name of a tensor: a module's, with {@code .weight} or {@code .bias} after it. */
    public String tensor(String name) {
        int dot = name.lastIndexOf('.');
        return module(name.substring(0, dot)) + name.substring(dot);
    }

    private String block(Matcher parts) {
        boolean down = parts.group(1).equals("down_blocks");
        int block = Integer.parseInt(parts.group(2));
        int layer = Integer.parseInt(parts.group(4));
        UNetConfig.Level level = level(down, block);
        // On the way down the first convolution is block 0, and a resolution's last block halves the picture.
        int first = (down ? 1 : 0) + before(down, block);
        return switch (parts.group(3)) {
            case "downsamplers" -> "input_blocks." + (first + level.layers()) + ".0.op";
            case "upsamplers" ->
                "output_blocks." + (first + level.layers()) + (level.attentionUp() ? ".2." : ".1.") + parts.group(5);
            case "resnets" -> side(down) + (first + layer) + ".0." + inside(true, parts.group(5));
            default -> side(down) + (first + layer) + ".1." + parts.group(5);
        };
    }

    private int before(boolean down, int block) {
        int count = 0;
        for (int i = 0; i < block; i++) {
            count += level(down, i).layers() + 1;
        }
        return count;
    }

    private UNetConfig.Level level(boolean down, int block) {
        int last = config.levels().size() - 1;
        return config.levels().get(Math.max(0, Math.min(last, down ? block : last - block)));
    }

    private static String side(boolean down) {
        return down ? "input_blocks." : "output_blocks.";
    }

    private static String inside(boolean resnet, String rest) {
        return resnet ? RESNET.getOrDefault(rest, rest) : rest;
    }
}
