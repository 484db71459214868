package org.moslora.diffusion.mmdit;

import ai.djl.ndarray.NDArray;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.diffusion.Changed;
import org.moslora.diffusion.Formula;
import org.moslora.diffusion.Probed;
import org.moslora.diffusion.Whole;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Precision;

/**
 * Transformers of two streams in layouts that the published ones lack, and the gradients of all their tensors: numbers of
 * SD3Transformer2DModel and FluxTransformer2DModel of diffusers 0.42.1 on PyTorch 2.7.1 with the formula's weights, in fp32.
 */
class MmditVariantsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "mmdit-sd3 | 'qk_norm': 'rms_norm' | -24.91227 | 13.63158 | -20.17103 | 131.4744",
                "mmdit-sd3 | 'num_layers': 1, 'pos_embed_max_size': 3 | -29.94443 | 13.95471 | 12.77967 | 95.64334",
                "mmdit-sd3 | 'dual_attention_layers': [0, 1], 'qk_norm': 'rms_norm'"
                        + " | -21.47523 | 13.992 | 48.25073 | 143.1701",
                "mmdit-sd3 | 'dual_attention_layers': [1] | -22.80417 | 14.00875 | 60.90684 | 141.3532",
                "mmdit-sd3 | 'num_attention_heads': 3, 'attention_head_dim': 4, 'caption_projection_dim': 12,"
                        + " 'in_channels': 8, 'out_channels': 8, 'joint_attention_dim': 5, 'num_layers': 3"
                        + " | -4.832911 | 21.06135 | 141.5439 | 239.4199",
                "mmdit-flux | 'guidance_embeds': false | -11.86794 | 13.65523 | -77.72679 | 130.0665",
                "mmdit-flux | 'num_layers': 1, 'num_single_layers': 3, 'axes_dims_rope': [4, 2, 2]"
                        + " | -12.24928 | 13.71135 | 46.53178 | 159.1534",
                "mmdit-flux | 'guidance_embeds': false, 'num_attention_heads': 1, 'attention_head_dim': 16,"
                        + " 'axes_dims_rope': [4, 6, 6], 'in_channels': 8, 'joint_attention_dim': 4"
                        + " | -1.571388 | 10.71081 | 8.160378 | 114.1582"
            })
    void predictAndLearnAsDiffusersDoes(
            String name, String changes, double dot, double norm, double gradients, double gradientNorm) {
        Probed expected = new Probed(dot, norm, gradients, gradientNorm);
        Compute compute = TinyMmdit.compute(Precision.FP32);
        MmditConfig config = Changed.read(
                name, changes, name.endsWith("flux") ? MmditConfigReader::flux : MmditConfigReader::stableDiffusion3);
        try (Arena owner = Arena.open(compute)) {
            Whole whole = new Whole(owner, compute, tensor -> true);
            try (Mmdit model = new Mmdit(config, Formula.of(MmditNames.expected(config)), whole, compute);
                    Arena step = model.step()) {
                MmditInput input = input(step, config);
                NDArray latents = latents(step, config, "latents");
                expected.checkPrediction(model.predict(step, latents, input));
                MmditPass pass = model.forward(step, latents, input, 0, 0);
                model.backward(step, pass, latents(step, config, "gradient"), false);
            }
            expected.checkGradients(whole.gradients());
        }
    }

    private static NDArray latents(Arena arena, MmditConfig config, String what) {
        return Formula.array(arena, what, 2, config.channels(), 6, 4);
    }

    private static MmditInput input(Arena arena, MmditConfig config) {
        MmditInput usual = TinyMmdit.input(arena);
        return new MmditInput(
                usual.times(),
                Formula.array(arena, "text", 2, 3, config.textWidth()),
                usual.pooled(),
                usual.guidance());
    }
}
