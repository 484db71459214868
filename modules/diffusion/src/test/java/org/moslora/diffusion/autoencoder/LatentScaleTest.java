package org.moslora.diffusion.autoencoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.diffusion.Formula;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.problems.Problems;
import org.moslora.tensors.ConfigSection;

/** Latents as models see them: shifted and scaled, or packed two by two and normed. */
class LatentScaleTest {
    private static final int FORMAT = 6; // float32

    @BeforeAll
    static void start() {
        Engine.start(1);
    }

    private static AutoencoderConfig config(String fields) {
        Problems problems = new Problems();
        AutoencoderConfig config =
                AutoencoderConfig.read(ConfigSection.parse("vae", "{" + fields.replace('\'', '"') + "}", problems));
        problems.throwIfAny();
        return config;
    }

    /** FLUX.2's: eight channels of 2 × 3, normed by means from -0.7 to 0.7 and variances from 0.5 to 2. */
    private static AutoencoderConfig packed() {
        List<Double> means = new ArrayList<>();
        List<Double> deviations = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            means.add(-0.7 + i * 1.4 / 7);
            deviations.add(Math.sqrt(0.5 + i * 1.5 / 7 + 1e-4));
        }
        return config("'latent_channels': 2").packed(2, means, deviations);
    }

    private static float[] seen(AutoencoderConfig config, Arena arena, NDArray mean, NDArray noise) {
        Moments moments = new Moments(mean, arena.zeros(mean.getShape().getShape()));
        return new LatentScale(config, arena).latents(arena, moments, noise).toFloatArray();
    }

    /** _patchify_latents of Flux2KleinPipeline, diffusers 0.42.1, then (z - mean) / √(variance + 1e-4). */
    @Test
    void packedLatentsAreThoseOfDiffusers() {
        try (Arena arena = Arena.open(Compute.cpu())) {
            float[] seen = seen(packed(), arena, Formula.array(arena, "latents", 1, 2, 4, 6), null);
            assertThat(seen).hasSize(48);
            assertThat(Arrays.copyOf(seen, 9))
                    .containsExactly(
                            new float[] {
                                1.634624f,
                                2.315915f,
                                0.5184515f,
                                -0.3802219f,
                                1.346667f,
                                1.907834f,
                                1.688387f,
                                1.107394f,
                                -0.4916485f
                            },
                            within(2e-6f));
            assertThat(Arrays.copyOfRange(seen, 44, 48))
                    .containsExactly(new float[] {-0.5357785f, -1.154861f, 0.2008294f, -0.9724705f}, within(2e-6f));
        }
    }

    @Test
    void aPackedAutoencoderHasTwiceTheFactorAndFourTimesTheChannels() {
        AutoencoderConfig plain = config("'latent_channels': 2");
        assertThat(packed().factor()).isEqualTo(2 * plain.factor());
        assertThat(packed().seenChannels()).isEqualTo(8);
        assertThat(packed().latentChannels()).isEqualTo(2);
        assertThat(AutoencoderNames.expected(packed())).isEqualTo(AutoencoderNames.expected(plain));
    }

    /** The autoencoder's own latents come back from what the model sees. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "'scaling_factor': 0.18215",
                "'scaling_factor': 0.3611, 'shift_factor': 0.1159",
                "'scaling_factor': 1.5, 'latents_mean': [1, -2, 0.5, 3], 'latents_std': [0.5, 2, 1, 4]",
                "packed"
            })
    void thereAndBackIsTheSame(String fields) {
        AutoencoderConfig config = fields.equals("packed") ? packed() : config(fields);
        try (Arena arena = Arena.open(Compute.cpu())) {
            NDArray own = Formula.array(arena, "latents", 2, config.latentChannels(), 4, 6);
            LatentScale scale = new LatentScale(config, arena);
            NDArray seen = scale.latents(arena, new Moments(own, own), null);
            NDArray back = scale.back(arena, seen, FORMAT);
            assertThat(back.getShape()).isEqualTo(own.getShape());
            assertThat(back.toFloatArray()).containsExactly(own.toFloatArray(), within(2e-6f));
        }
    }

    /** (z − mean) · scaling / std, channel by channel, as pipelines with latents_mean have it. */
    @Test
    void everyChannelHasItsOwnMeanAndDeviation() {
        AutoencoderConfig config =
                config("'scaling_factor': 3, 'latents_mean': [1, -2, 0.5, 3], 'latents_std': [0.5, 2, 1, 4]");
        try (Arena arena = Arena.open(Compute.cpu())) {
            NDArray ones = arena.floats(new float[] {1, 1, 1, 1}, 1, 4, 1, 1);
            assertThat(seen(config, arena, ones, null)).containsExactly(0, 4.5f, 1.5f, -1.5f);
        }
    }
}
