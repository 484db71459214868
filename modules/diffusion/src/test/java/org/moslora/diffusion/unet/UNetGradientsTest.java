package org.moslora.diffusion.unet;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.diffusion.Adapted;
import org.moslora.diffusion.Formula;
import org.moslora.diffusion.Slopes;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Precision;

/** Gradients of adapters against differences of the loss, with dropout too: the same seed drops the same entries. */
class UNetGradientsTest {
    private static final long SEED = 64;

    @ParameterizedTest
    @CsvSource({
        "unet-1, down_blocks.0.attentions.0.proj_in, 0",
        "unet-1, down_blocks.0.attentions.0.proj_in, 0.3",
        "unet-1, up_blocks.1.resnets.0.conv_shortcut, 0.3",
        "unet-1, down_blocks.0.downsamplers.0.conv, 0.3",
        "unet-1, up_blocks.0.upsamplers.0.conv, 0.3",
        "unet-1, mid_block.resnets.0.conv1, 0.3",
        "unet-2, down_blocks.1.attentions.1.transformer_blocks.0.attn2.to_v, 0.3",
        "unet-2, conv_in, 0.3",
        "unet-xl, up_blocks.0.attentions.1.transformer_blocks.2.ff.net.0.proj, 0.3",
        "unet-xl, mid_block.attentions.0.transformer_blocks.0.attn1.to_q, 0.3",
        "unet-xl, time_embedding.linear_1, 0.3"
    })
    void equalTheSlopeOfTheLoss(String name, String site, double dropout) {
        Compute compute = TinyUNet.compute(Precision.FP32);
        String path = UNetNames.COMPONENT + site;
        try (Arena owner = Arena.open(compute)) {
            Adapted adapters = new Adapted(owner, compute, other -> true, dropout);
            try (UNet unet = TinyUNet.build(name, adapters, compute)) {
                loss(unet, true);
                Slopes.mustBeGradients(owner, adapters, path, () -> loss(unet, false));
            }
        }
    }

    /** The prediction's dot product with a fixed tensor. */
    private static double loss(UNet unet, boolean back) {
        try (Arena step = unet.step()) {
            UNetPass pass = unet.forward(
                    step, TinyUNet.latents(step), TinyUNet.conditioning(step, unet.config()), Long.MAX_VALUE, SEED);
            float[] prediction = pass.prediction().toFloatArray();
            if (back) {
                unet.backward(step, pass, TinyUNet.gradient(step), false);
            }
            return Adapted.dot(prediction, Formula.values("gradient", prediction.length, 1));
        }
    }
}
