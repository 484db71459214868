package org.moslora.onnx.picture;

import static org.moslora.onnx.graph.GraphTrial.assertAlike;
import static org.moslora.onnx.picture.ComponentTrial.array;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.diffusion.autoencoder.Autoencoder;
import org.moslora.diffusion.autoencoder.AutoencoderConfig;
import org.moslora.diffusion.autoencoder.AutoencoderNames;
import org.moslora.diffusion.autoencoder.Moments;
import org.moslora.layers.Compute;
import org.moslora.onnx.graph.Element;
import org.moslora.onnx.graph.MemoryWeights;
import org.moslora.onnx.graph.PlainArray;

/** Both halves of autoencoders as graphs give what they give on libtorch, latents as the autoencoder itself has them. */
final class AutoencoderGraphTest {
    private static final String SMALL =
            "{'_class_name': 'AutoencoderKL', 'norm_num_groups': 3, 'scaling_factor': 1.0, ";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "FLOAT | 'block_out_channels': [6], 'latent_channels': 2",
                "FLOAT | 'block_out_channels': [6, 12, 6], 'layers_per_block': 2, 'latent_channels': 3,"
                        + " 'use_quant_conv': false, 'use_post_quant_conv': false",
                "FLOAT | 'block_out_channels': [6, 9], 'mid_block_add_attention': false",
                "HALF | 'block_out_channels': [6, 9], 'force_upcast': true",
                "HALF | 'block_out_channels': [6, 9], 'force_upcast': false"
            })
    void bothHalvesAreThoseOfLibtorch(Element stored, String rest) {
        AutoencoderConfig config = ComponentTrial.config(SMALL + rest + "}", AutoencoderConfig::read);
        MemoryWeights weights = MemoryWeights.random(AutoencoderNames.expected(config));
        PlainArray pixels = PlainArray.random(1, 2, 3, 3L * config.factor(), 2L * config.factor());
        PlainArray latents = PlainArray.random(2, 2, config.latentChannels(), 3, 2);
        try (Autoencoder torch = new Autoencoder(config, weights, Compute.cpu());
                ComponentTrial encoder =
                        ComponentTrial.of(folder, AutoencoderGraph.encoder(config, weights, stored), weights);
                ComponentTrial decoder =
                        ComponentTrial.of(folder, AutoencoderGraph.decoder(config, weights, stored), weights)) {
            PlainArray decoded = ComponentTrial.torch(arena -> torch.decode(arena, array(arena, latents)));
            assertAlike(decoder.ask("sample", Map.of("latent_sample", latents)), decoded, ComponentTrial.share(stored));
            PlainArray parameters = encoder.ask("latent_parameters", Map.of("sample", pixels));
            PlainArray mean = ComponentTrial.torch(
                    arena -> torch.encode(arena, array(arena, pixels)).mean());
            assertAlike(half(parameters, 0), mean, ComponentTrial.share(stored));
            // What is drawn, with noise of one everywhere, is the mean and one deviation more.
            PlainArray drawn = ComponentTrial.torch(arena -> {
                Moments moments = torch.encode(arena, array(arena, pixels));
                return torch.latents(arena, moments, array(arena, mean.each(value -> 1)));
            });
            PlainArray deviation = half(parameters, config.latentChannels()).each(log -> Math.exp(0.5 * log));
            assertAlike(half(parameters, 0).with(deviation, Double::sum), drawn, ComponentTrial.share(stored));
        }
    }

    private static PlainArray half(PlainArray all, int from) {
        return PlainArray.filled(
                i -> all.at(i[0], i[1] + from, i[2], i[3]), all.size(0), all.size(1) / 2, all.size(2), all.size(3));
    }

    /** FLUX.2's: squares of two by two latents are channels of one, normed by statistics of each. */
    @Test
    void packedLatentsAreThoseThatTheModelSees() {
        AutoencoderConfig plain = ComponentTrial.config(
                SMALL + "'block_out_channels': [6, 9], 'latent_channels': 2}", AutoencoderConfig::read);
        MemoryWeights weights = MemoryWeights.random(AutoencoderNames.expected(plain));
        List<Double> means = IntStream.range(0, 8).mapToObj(i -> 0.25 * i - 1).toList();
        List<Double> deviations =
                IntStream.range(0, 8).mapToObj(i -> 1.5 + 0.5 * i).toList();
        AutoencoderConfig config = plain.packed(2, means, deviations);
        PlainArray pixels = PlainArray.random(3, 1, 3, 12, 8);
        PlainArray seen = PlainArray.random(4, 1, 8, 3, 2);
        try (Autoencoder torch = new Autoencoder(config, weights, Compute.cpu());
                ComponentTrial own =
                        ComponentTrial.of(folder, AutoencoderGraph.encoder(plain, weights, Element.FLOAT), weights);
                ComponentTrial encoder =
                        ComponentTrial.of(folder, AutoencoderGraph.encoder(config, weights, Element.FLOAT), weights);
                ComponentTrial decoder =
                        ComponentTrial.of(folder, AutoencoderGraph.decoder(config, weights, Element.FLOAT), weights)) {
            PlainArray mean = half(own.ask("latent_parameters", Map.of("sample", pixels)), 0);
            PlainArray packed = PlainArray.filled(
                    i -> (mean.at(0, i[1] / 4, 2 * i[2] + i[1] / 2 % 2, 2 * i[3] + i[1] % 2) - means.get(i[1]))
                            / deviations.get(i[1]),
                    1,
                    8,
                    3,
                    2);
            assertAlike(encoder.ask("latent_sample", Map.of("sample", pixels)), packed, 1e-4);
            PlainArray decoded = ComponentTrial.torch(arena -> torch.decode(arena, array(arena, seen)));
            assertAlike(decoder.ask("sample", Map.of("latent_sample", seen)), decoded, 1e-4);
        }
    }

    @Test
    void statisticsThatChangeNothingLeavePlainSquares() {
        AutoencoderConfig config = ComponentTrial.config(
                        SMALL + "'block_out_channels': [6], 'latent_channels': 2}", AutoencoderConfig::read)
                .packed(2, Collections.nCopies(8, 0.0), Collections.nCopies(8, 1.0));
        MemoryWeights weights = MemoryWeights.random(AutoencoderNames.expected(config));
        PlainArray pixels = PlainArray.random(5, 2, 3, 4, 6);
        try (ComponentTrial encoder =
                ComponentTrial.of(folder, AutoencoderGraph.encoder(config, weights, Element.FLOAT), weights)) {
            PlainArray both = encoder.ask("latent_sample", Map.of("sample", pixels));
            PlainArray second = PlainArray.filled(i -> pixels.at(1, i[1], i[2], i[3]), 1, 3, 4, 6);
            PlainArray alone = encoder.ask("latent_sample", Map.of("sample", second));
            assertAlike(PlainArray.filled(i -> both.at(1, i[1], i[2], i[3]), 1, 8, 2, 3), alone);
        }
    }
}
