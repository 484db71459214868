package org.moslora.adapters.names;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Latent diffusion's names of a UNet's modules, as files for SDXL spell them: blocks are counted through all
 * resolutions ({@code input_blocks.4.1} is {@code down_blocks.1.attentions.0} where each has two layers).
 */
final class LatentNames {
    private static final Pattern DIFFUSERS = Pattern.compile(
            "(down_blocks|up_blocks)\\.(\\d{1,3})\\.(resnets|attentions|downsamplers|upsamplers)\\.(\\d{1,3})\\.(.+)");
    private static final Pattern DIFFUSERS_MIDDLE =
            Pattern.compile("mid_block\\.(resnets|attentions)\\.(\\d{1,3})\\.(.+)");
    private static final Pattern LATENT = Pattern.compile("(input_blocks|output_blocks)\\.(\\d{1,3})\\.(\\d)\\.(.+)");
    private static final Pattern LATENT_MIDDLE = Pattern.compile("middle_block\\.(\\d)\\.(.+)");
    private static final Map<String, String> ENDS = Map.of(
            "conv_in", "input_blocks.0.0",
            "time_embedding.linear_1", "time_embed.0",
            "time_embedding.linear_2", "time_embed.2",
            "add_embedding.linear_1", "label_emb.0.0",
            "add_embedding.linear_2", "label_emb.0.2",
            "conv_out", "out.2");
    private static final Map<String, String> RESNET = Map.of(
            "conv1", "in_layers.2",
            "time_emb_proj", "emb_layers.1",
            "conv2", "out_layers.3",
            "conv_shortcut", "skip_connection");
    private static final Map<String, String> ENDS_BACK = turned(ENDS);
    private static final Map<String, String> RESNET_BACK = turned(RESNET);

    private final BlockLayout layout;

    LatentNames(BlockLayout layout) {
        this.layout = layout;
    }

    /** Latent diffusion's name of a path within the UNet; a path that it does not have comes back as it is. */
    String latent(String path) {
        if (ENDS.containsKey(path)) {
            return ENDS.getOrDefault(path, path);
        }
        Matcher middle = DIFFUSERS_MIDDLE.matcher(path);
        if (middle.matches()) {
            return middle.group(1).equals("attentions")
                    ? "middle_block.1." + middle.group(3)
                    : "middle_block." + 2 * number(middle, 2) + "."
                            + RESNET.getOrDefault(middle.group(3), middle.group(3));
        }
        Matcher block = DIFFUSERS.matcher(path);
        return block.matches() ? latent(block) : path;
    }

    private String latent(Matcher block) {
        boolean down = block.group(1).equals("down_blocks");
        int level = number(block, 2);
        int first = layout.first(down, level);
        String side = down ? "input_blocks." : "output_blocks.";
        String rest = block.group(5);
        return switch (block.group(3)) {
            case "downsamplers" -> side + (first + layout.layers(true, level)) + ".0.op";
            case "upsamplers" ->
                side + (first + layout.layers(false, level) - 1) + (layout.attendsUp(level) ? ".2." : ".1.") + rest;
            case "resnets" -> side + (first + number(block, 4)) + ".0." + RESNET.getOrDefault(rest, rest);
            default -> side + (first + number(block, 4)) + ".1." + rest;
        };
    }

    /** Diffusers' name of what latent diffusion calls {@code path}; any other path comes back as it is. */
    String diffusers(String path) {
        if (ENDS_BACK.containsKey(path)) {
            return ENDS_BACK.getOrDefault(path, path);
        }
        Matcher middle = LATENT_MIDDLE.matcher(path);
        if (middle.matches()) {
            int slot = number(middle, 1);
            return slot == 1
                    ? "mid_block.attentions.0." + middle.group(2)
                    : "mid_block.resnets." + slot / 2 + "."
                            + RESNET_BACK.getOrDefault(middle.group(2), middle.group(2));
        }
        Matcher block = LATENT.matcher(path);
        return block.matches() ? diffusers(block) : path;
    }

    private String diffusers(Matcher block) {
        boolean down = block.group(1).equals("input_blocks");
        int slot = number(block, 3);
        String rest = block.group(4);
        BlockLayout.Place place = layout.place(down, number(block, 2));
        String level = (down ? "down_blocks." : "up_blocks.") + place.level();
        if (down && slot == 0 && rest.equals("op")) {
            return level + ".downsamplers.0.conv";
        }
        if (!down && slot > 0 && rest.equals("conv")) {
            return level + ".upsamplers.0.conv";
        }
        return slot == 0
                ? level + ".resnets." + place.layer() + "." + RESNET_BACK.getOrDefault(rest, rest)
                : level + ".attentions." + place.layer() + "." + rest;
    }

    private static int number(Matcher match, int group) {
        return Integer.parseInt(match.group(group));
    }

    private static Map<String, String> turned(Map<String, String> map) {
        Map<String, String> turned = new HashMap<>();
        map.forEach((key, value) -> turned.put(value, key));
        return turned;
    }
}
