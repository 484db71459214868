package org.moslora.diffusion.ldm;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.moslora.diffusion.autoencoder.AutoencoderConfig;

/** Infers an autoencoder's config from a checkpoint; no shape tells what latents are scaled by. */
final class AutoencoderInference {
    private AutoencoderInference() {}

    static AutoencoderConfig infer(Shapes shapes, double scalingFactor) {
        int levels = shapes.count(i -> "encoder.down." + i + ".block.0.conv2.weight");
        List<Integer> channels = new ArrayList<>();
        for (int i = 0; i < Math.max(1, levels); i++) {
            channels.add(shapes.size("encoder.down." + i + ".block.0.conv2.weight", 0));
        }
        int latents = shapes.size("decoder.conv_in.weight", 1);
        return new AutoencoderConfig(
                shapes.size("encoder.conv_in.weight", 1),
                shapes.size("decoder.conv_out.weight", 0),
                channels,
                shapes.count(i -> "encoder.down.0.block." + i + ".conv1.weight"),
                latents,
                32,
                scalingFactor,
                Collections.nCopies(latents, 0.0),
                Collections.nCopies(latents, 1.0),
                true,
                shapes.has("quant_conv.weight"),
                shapes.has("post_quant_conv.weight"),
                shapes.has("encoder.mid.attn_1.q.weight"));
    }
}
