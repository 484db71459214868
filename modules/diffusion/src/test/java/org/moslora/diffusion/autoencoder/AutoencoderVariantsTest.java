package org.moslora.diffusion.autoencoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.diffusion.Changed;
import org.moslora.diffusion.Formula;
import org.moslora.diffusion.Probed;
import org.moslora.diffusion.Whole;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.layers.Linears;

/**
 * Autoencoders of other depths, widths and ends, both ways and learning: numbers of AutoencoderKL of diffusers 0.42.1 on
 * PyTorch 2.7.1 with the formula's weights, in fp32.
 */
class AutoencoderVariantsTest {
    private static final String UNQUANTISED = "'use_quant_conv': false, 'use_post_quant_conv': false";
    private static final String WHOLE = "'mid_block_add_attention': false";
    private static final String THREE = "'block_out_channels': [4, 8, 12], 'layers_per_block': 2,"
            + " 'norm_num_groups': 2, 'latent_channels': 2, 'down_block_types': ['DownEncoderBlock2D',"
            + " 'DownEncoderBlock2D', 'DownEncoderBlock2D'], 'up_block_types': ['UpDecoderBlock2D', 'UpDecoderBlock2D',"
            + " 'UpDecoderBlock2D']";
    private static final String ONE = "'block_out_channels': [12], 'latent_channels': 5, 'norm_num_groups': 12,"
            + " 'down_block_types': ['DownEncoderBlock2D'], 'up_block_types': ['UpDecoderBlock2D']";
    private static final String NARROWING = "'block_out_channels': [16, 8], 'use_quant_conv': false";

    private static Compute compute() {
        Engine.start(1);
        return Compute.cpu();
    }

    private static AutoencoderConfig config(String changes) {
        String plain = "'scaling_factor': 1, 'shift_factor': 0, " + changes;
        return Changed.read("autoencoder", plain, AutoencoderConfig::read);
    }

    private static Formula weights(AutoencoderConfig config) {
        return Formula.of(AutoencoderNames.expected(config));
    }

    private static NDArray noise(Arena arena, AutoencoderConfig config) {
        return Formula.array(arena, "noise", 2, config.latentChannels(), 8 / config.factor(), 12 / config.factor());
    }

    /** Dot product and norm of means and of deviations. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                UNQUANTISED + " | 5.000746 | 8.888053 | 0.5122105 | 14.11995",
                WHOLE + " | -2.925033 | 7.95332 | 3.265718 | 16.00718",
                THREE + " | -1.311258 | 2.77884 | 0.259505 | 5.096912",
                ONE + " | -16.20478 | 20.41994 | 17.80661 | 32.99526",
                NARROWING + " | 1.772805 | 8.314357 | 2.438238 | 16.47383"
            })
    void encodeAsDiffusersDoes(String changes, double dot, double norm, double deviations, double deviationNorm) {
        AutoencoderConfig config = config(changes);
        try (Autoencoder autoencoder = new Autoencoder(config, weights(config), compute());
                Arena step = autoencoder.step()) {
            Moments moments = autoencoder.encode(step, Formula.array(step, "pixels", 2, 3, 8, 12));
            new Probed(dot, norm, 0, 0).checkPrediction(moments.mean());
            new Probed(deviations, deviationNorm, 0, 0).checkPrediction(moments.deviation());
        }
    }

    /** Of pictures from drawn latents, decoded one by one and all at once while learning. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                UNQUANTISED + " | -3.064534 | 13.13977",
                WHOLE + " | -10.7398 | 12.66692",
                THREE + " | 4.060317 | 10.70912",
                ONE + " | 3.059403 | 13.99361",
                NARROWING + " | 13.58619 | 12.87014"
            })
    void decodeAsDiffusersDoes(String changes, double dot, double norm) {
        AutoencoderConfig config = config(changes);
        Compute compute = compute();
        Probed expected = new Probed(dot, norm, 0, 0);
        try (Autoencoder autoencoder = new Autoencoder(config, weights(config), compute);
                AutoencoderTraining training =
                        new AutoencoderTraining(config, weights(config), Linears.plain(), compute);
                Arena step = autoencoder.step()) {
            NDArray pixels = Formula.array(step, "pixels", 2, 3, 8, 12);
            Moments moments = autoencoder.encode(step, pixels);
            NDArray drawn = autoencoder.latents(step, moments, noise(step, config));
            expected.checkPrediction(autoencoder.decode(step, drawn));
            try (Arena learning = training.step()) {
                expected.checkPrediction(training.forward(learning, pixels, noise(learning, config), 0)
                        .pictures());
            }
        }
    }

    /** The sum of 1·|e| + 2·e² + 0.5·|∂e| + 0.25·divergence, and the gradients of all tensors. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                UNQUANTISED + " | 3.170556 | 11.81851 | 6.996377",
                WHOLE + " | 3.356985 | 13.56563 | 5.57934",
                THREE + " | 3.096503 | 5.697222 | 5.137368",
                ONE + " | 3.727591 | 10.24627 | 6.470616",
                NARROWING + " | 3.312689 | 15.83466 | 5.927706"
            })
    void learnAsDiffusersDoes(String changes, double total, double gradients, double gradientNorm) {
        AutoencoderConfig config = config(changes);
        Compute compute = compute();
        try (Arena owner = Arena.open(compute)) {
            Whole whole = new Whole(owner, compute, tensor -> true);
            try (AutoencoderTraining training = new AutoencoderTraining(config, weights(config), whole, compute);
                    Arena step = training.step()) {
                NDArray pixels = Formula.array(step, "pixels", 2, 3, 8, 12);
                AutoencoderPass pass = training.forward(step, pixels, noise(step, config), Long.MAX_VALUE);
                PictureLoss.Weights terms = new PictureLoss.Weights(1, 2, 0.5, 0.25);
                PictureLoss loss = PictureLoss.of(step, pass, pixels, terms, 1);
                assertThat(loss.total()).isCloseTo(total, within(1e-5 * total));
                training.backward(step, pass, loss);
            }
            new Probed(0, 0, gradients, gradientNorm).checkGradients(whole.gradients());
        }
    }
}
