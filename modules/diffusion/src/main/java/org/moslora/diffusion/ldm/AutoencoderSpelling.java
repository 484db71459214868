package org.moslora.diffusion.ldm;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.moslora.diffusion.autoencoder.AutoencoderConfig;

/** How latent diffusion names an autoencoder's tensors: {@code decoder.up.3.block.0.conv1.weight}. */
final class AutoencoderSpelling {
    private static final Pattern RESNET =
            Pattern.compile("(encoder\\.down|decoder\\.up)_blocks\\.(\\d+)\\.resnets\\.(\\d+)\\.(.+)");
    private static final Pattern SAMPLER =
            Pattern.compile("(encoder\\.down|decoder\\.up)_blocks\\.(\\d+)\\.(down|up)samplers\\.0\\.(.+)");
    private static final Pattern MIDDLE =
            Pattern.compile("(encoder|decoder)\\.mid_block\\.(resnets|attentions)\\.(\\d+)\\.(.+)\\.(weight|bias)");
    private static final Map<String, String> ATTENTION =
            Map.of("group_norm", "norm", "to_q", "q", "to_k", "k", "to_v", "v", "to_out.0", "proj_out");

    private final AutoencoderConfig config;

    AutoencoderSpelling(AutoencoderConfig config) {
        this.config = config;
    }

    String tensor(String name) {
        Matcher resnet = RESNET.matcher(name);
        if (resnet.matches()) {
            return resnet.group(1) + "." + level(resnet) + ".block." + resnet.group(3) + "."
                    + resnet.group(4).replace("conv_shortcut", "nin_shortcut");
        }
        Matcher sampler = SAMPLER.matcher(name);
        if (sampler.matches()) {
            return sampler.group(1) + "." + level(sampler) + "." + sampler.group(3) + "sample." + sampler.group(4);
        }
        Matcher middle = MIDDLE.matcher(name);
        if (middle.matches()) {
            boolean isResnet = middle.group(2).equals("resnets");
            String place = (isResnet ? "block_" : "attn_") + (Integer.parseInt(middle.group(3)) + 1);
            String part = isResnet ? middle.group(4) : ATTENTION.getOrDefault(middle.group(4), middle.group(4));
            return middle.group(1) + ".mid." + place + "." + part + "." + middle.group(5);
        }
        return name.replace("conv_norm_out", "norm_out");
    }

    /** The decoder's blocks are counted from the finest resolution, while diffusers counts them as they run. */
    private int level(Matcher parts) {
        int block = Integer.parseInt(parts.group(2));
        return parts.group(1).startsWith("encoder") ? block : config.channels().size() - 1 - block;
    }
}
