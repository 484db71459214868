package org.moslora.diffusion.unet;

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
 * UNets of layouts and settings that no published model has together, and the gradients of all their tensors: numbers of
 * UNet2DConditionModel of diffusers 0.42.1 on PyTorch 2.7.1 with the formula's weights, in fp32.
 */
class UNetVariantsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'flip_sin_to_cos': false | -4.900631 | 8.897331 | 67.98999 | 313.1026",
                "'freq_shift': 1, 'norm_eps': 1e-3 | -3.768127 | 8.138396 | 77.35296 | 281.3144",
                "'down_block_types': ['DownBlock2D', 'CrossAttnDownBlock2D']"
                        + " | 5.40318 | 8.497136 | 41.82169 | 352.3997",
                "'block_out_channels': [8, 8, 16], 'layers_per_block': [1, 1, 2], 'attention_head_dim': [1, 4, 2],"
                        + " 'down_block_types': ['DownBlock2D', 'CrossAttnDownBlock2D', 'CrossAttnDownBlock2D'],"
                        + " 'up_block_types': ['CrossAttnUpBlock2D', 'CrossAttnUpBlock2D', 'UpBlock2D'],"
                        + " 'transformer_layers_per_block': [1, 2, 1], 'use_linear_projection': true"
                        + " | -11.86368 | 9.430521 | -636.9659 | 624.8982",
                "'block_out_channels': [12], 'down_block_types': ['CrossAttnDownBlock2D'],"
                        + " 'up_block_types': ['CrossAttnUpBlock2D'], 'norm_num_groups': 1, 'attention_head_dim': 3,"
                        + " 'layers_per_block': 2 | -0.4196546 | 7.068386 | 219.907 | 214.2798",
                "'down_block_types': ['DownBlock2D', 'DownBlock2D'], 'up_block_types': ['UpBlock2D', 'UpBlock2D'],"
                        + " 'norm_num_groups': 8 | 8.40362 | 8.441454 | -61.17461 | 242.4385",
                "'addition_embed_type': 'text_time', 'addition_time_embed_dim': 6,"
                        + " 'projection_class_embeddings_input_dim': 41, 'flip_sin_to_cos': false, 'freq_shift': 1,"
                        + " 'upcast_attention': true | -4.99084 | 8.587071 | -99.83547 | 329.8866"
            })
    void predictAndLearnAsDiffusersDoes(
            String changes, double dot, double norm, double gradients, double gradientNorm) {
        Probed expected = new Probed(dot, norm, gradients, gradientNorm);
        Compute compute = TinyUNet.compute(Precision.FP32);
        UNetConfig config = Changed.read("unet-1", changes, UNetConfig::read);
        try (Arena owner = Arena.open(compute)) {
            Whole whole = new Whole(owner, compute, tensor -> true);
            try (UNet unet = new UNet(config, Formula.of(UNetNames.expected(config)), whole, compute);
                    Arena step = unet.step()) {
                Conditioning conditioning = TinyUNet.conditioning(step, config);
                expected.checkPrediction(unet.predict(step, TinyUNet.latents(step), conditioning));
                UNetPass pass = unet.forward(step, TinyUNet.latents(step), conditioning, 0, 0);
                unet.backward(step, pass, TinyUNet.gradient(step), false);
            }
            expected.checkGradients(whole.gradients());
        }
    }
}
