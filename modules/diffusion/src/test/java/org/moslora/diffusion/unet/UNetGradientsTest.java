package org.moslora.diffusion.unet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.diffusion.Adapted;
import org.moslora.diffusion.Formula;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Kernels;
import org.moslora.layers.Precision;

/** Gradients of adapters against differences of the loss, with dropout too: the same seed drops the same entries. */
class UNetGradientsTest {
    private static final double STEP = 2e-3;
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
                for (boolean isDown : List.of(true, false)) {
                    NDArray factor = isDown
                            ? adapters.pairs().get(path).down()
                            : adapters.pairs().get(path).up();
                    NDArray gradient = isDown
                            ? adapters.gradients().get(path).down()
                            : adapters.gradients().get(path).up();
                    // Along the gradient itself, where the slope is its norm.
                    float[] direction = gradient.toFloatArray();
                    double norm = Math.sqrt(Adapted.dot(direction, direction));
                    double after = moved(owner, unet, factor, direction, STEP / norm);
                    double before = moved(owner, unet, factor, direction, -STEP / norm);
                    assertThat((after - before) / (2 * STEP))
                            .as("%s of %s", isDown ? "down" : "up", path)
                            .isCloseTo(norm, within(1e-2 * norm));
                }
            }
        }
    }

    private static double moved(Arena owner, UNet unet, NDArray factor, float[] direction, double by) {
        float[] start = factor.toFloatArray();
        float[] there = start.clone();
        for (int i = 0; i < there.length; i++) {
            there[i] += (float) (by * direction[i]);
        }
        try (Arena moving = owner.child()) {
            Kernels.get().call(moving, "copied_into", factor, moving.floats(there, there.length));
            double loss = loss(unet, false);
            Kernels.get().call(moving, "copied_into", factor, moving.floats(start, start.length));
            return loss;
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
