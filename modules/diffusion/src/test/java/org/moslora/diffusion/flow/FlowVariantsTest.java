package org.moslora.diffusion.flow;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.diffusion.Changed;
import org.moslora.diffusion.Formula;
import org.moslora.diffusion.Probed;
import org.moslora.diffusion.Whole;
import org.moslora.diffusion.flux2.Flux2;
import org.moslora.diffusion.flux2.Flux2Config;
import org.moslora.diffusion.flux2.Flux2Names;
import org.moslora.diffusion.zimage.ZImage;
import org.moslora.diffusion.zimage.ZImageConfig;
import org.moslora.diffusion.zimage.ZImageNames;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;

/**
 * The transformers of FLUX.2 and Z-Image with other heads, angles, blocks and widths, and the gradients of all their
 * tensors: numbers of Flux2Transformer2DModel and ZImageTransformer2DModel of diffusers 0.42.1 on PyTorch 2.7.1 with the
 * formula's weights, in fp32.
 */
class FlowVariantsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'mlp_ratio': 2.0, 'num_attention_heads': 3 | 10.41032 | 12.95514 | -26.43715 | 116.3084",
                "'axes_dims_rope': [2, 6, 4, 4], 'attention_head_dim': 16, 'rope_theta': 10000,"
                        + " 'num_attention_heads': 1 | -3.804347 | 15.10326 | -59.83651 | 126.5858",
                "'in_channels': 4, 'timestep_guidance_channels': 32, 'joint_attention_dim': 7"
                        + " | -5.921064 | 9.384936 | -64.82771 | 77.02728"
            })
    void flux2PredictsAndLearnsAsDiffusersDoes(
            String changes, double dot, double norm, double gradients, double gradientNorm) {
        Flux2Config config = Changed.read("flux2", changes, Flux2Config::read);
        Probed expected = new Probed(dot, norm, gradients, gradientNorm);
        Compute compute = compute();
        try (Arena owner = Arena.open(compute)) {
            Whole whole = new Whole(owner, compute, tensor -> true);
            try (Flux2 model = new Flux2(config, Formula.of(Flux2Names.expected(config)), whole, compute)) {
                FlowText text = new FlowText(Formula.array(owner, "text", 10, config.textWidth()), List.of(5, 5));
                check(model, text, new long[] {2, config.channels(), 3, 4}, expected);
            }
            expected.checkGradients(whole.gradients());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'n_refiner_layers': 2, 'n_layers': 1 | 9.679286 | 13.31737 | 99.80712 | 430.6769",
                "'rope_theta': 10000.0, 'norm_eps': 1e-3 | 6.060583 | 13.04164 | -30.42594 | 320.7133",
                "'t_scale': 100.0, 'n_heads': 1, 'n_kv_heads': 1, 'axes_dims': [4, 8, 12]"
                        + " | 9.476319 | 13.67042 | 26.64751 | 440.1406",
                "'cap_feat_dim': 9, 'dim': 36, 'n_heads': 3, 'n_kv_heads': 3"
                        + " | 5.360076 | 12.68087 | 124.1811 | 368.9751"
            })
    void zImagePredictsAndLearnsAsDiffusersDoes(
            String changes, double dot, double norm, double gradients, double gradientNorm) {
        ZImageConfig config = Changed.read("z-image", changes, ZImageConfig::read);
        Probed expected = new Probed(dot, norm, gradients, gradientNorm);
        Compute compute = compute();
        try (Arena owner = Arena.open(compute)) {
            Whole whole = new Whole(owner, compute, tensor -> true);
            try (ZImage model = new ZImage(config, Formula.of(ZImageNames.expected(config)), whole, compute)) {
                FlowText text = new FlowText(Formula.array(owner, "text", 36, config.textWidth()), List.of(3, 33));
                check(model, text, new long[] {2, config.channels(), 4, 6}, expected);
            }
            expected.checkGradients(whole.gradients());
        }
    }

    private static Compute compute() {
        Engine.start(1);
        return Compute.cpu();
    }

    private static void check(FlowTransformer model, FlowText text, long[] shape, Probed expected) {
        try (Arena step = model.step()) {
            NDArray latents = Formula.array(step, "latents", shape);
            FlowSession session = model.open(step, text, (int) shape[2], (int) shape[3]);
            expected.checkPrediction(session.predict(step, latents, TinyFlow.TIMES));
            FlowPass pass = model.forward(step, latents, TinyFlow.TIMES, text, 0, 0);
            pass.backward(step, Formula.array(step, "gradient", shape));
        }
    }
}
