package org.moslora.diffusion.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.diffusion.Changed;
import org.moslora.diffusion.Formula;
import org.moslora.diffusion.autoencoder.AutoencoderConfig;
import org.moslora.diffusion.autoencoder.AutoencoderNames;
import org.moslora.problems.Problem;
import org.moslora.tensors.TensorData;

/** FLUX.2's autoencoder, whose latents are normed by statistics that stand among its weights. */
class PackedAutoencoderTest {
    private static final String CLASS = "'_class_name': 'AutoencoderKLFlux2', 'latent_channels': 2";
    private static final float[] MEANS = {0.5f, -1, 2, 0, 0.25f, 3, -0.5f, 1};
    private static final float[] VARIANCES = {1, 4, 0.25f, 9, 1, 1, 0, 16};

    @TempDir
    Path folder;

    private ComponentReader write(String changes, Map<String, float[]> statistics) {
        AutoencoderConfig config = Changed.read("autoencoder", changes, AutoencoderConfig::network);
        List<TensorData> tensors = new ArrayList<>();
        AutoencoderNames.expected(config)
                .forEach((name, shape) -> tensors.add(TensorData.of(name, shape, Formula.weight(name, shape))));
        statistics.forEach((name, values) -> tensors.add(TensorData.of(name, List.of((long) values.length), values)));
        Path own = folder.resolve("vae");
        TinyModel.tensors(own.resolve("diffusion_pytorch_model.safetensors"), tensors);
        TinyModel.text(own.resolve("config.json"), Changed.json("autoencoder", changes));
        return new ComponentReader(PipelineSource.of(folder));
    }

    private static Map<String, float[]> statistics() {
        return new TreeMap<>(Map.of("bn.running_mean", MEANS, "bn.running_var", VARIANCES));
    }

    /** As pipelines have it: (z - running_mean) / √(running_var + batch_norm_eps). */
    @Test
    void meansAndDeviationsAreThoseOfItsWeights() {
        ComponentReader reader = write(CLASS + ", 'batch_norm_eps': 0.01", statistics());
        AutoencoderConfig config = reader.packedAutoencoder();
        reader.mustBeWhole();
        assertThat(config).isNotNull();
        assertThat(config.shift()).hasSize(8);
        for (int i = 0; i < 8; i++) {
            assertThat(config.shift().get(i)).isEqualTo(MEANS[i]);
            assertThat(config.deviation().get(i)).isCloseTo(Math.sqrt(VARIANCES[i] + 0.01), within(1e-9));
        }
        assertThat(config.scalingFactor()).isEqualTo(1);
        assertThat(config.seenChannels()).isEqualTo(8);
        reader.close();
    }

    /** PyTorch counts the batches that made the statistics; files have that number or lack it. */
    @Test
    void theNumberOfBatchesMayBeThere() {
        Map<String, float[]> counted = statistics();
        counted.put("bn.num_batches_tracked", new float[] {7});
        ComponentReader reader = write(CLASS, counted);
        assertThat(reader.packedAutoencoder()).isNotNull();
        assertThat(reader.problems().found()).isEmpty();
        reader.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'_class_name': 'AutoencoderKL' | AutoencoderKLFlux2",
                CLASS + ", 'patch_size': [1, 1] | patch_size",
                CLASS + ", 'decoder_block_out_channels': [96, 192] | decoder_block_out_channels"
            })
    void whatIsNotComputedIsNamed(String changes, String what) {
        ComponentReader reader = write(changes, statistics());
        assertThat(reader.packedAutoencoder()).isNull();
        assertThat(reader.problems().found())
                .extracting(Problem::toString)
                .singleElement()
                .satisfies(text -> assertThat(text).contains("vae", "config.json", what));
        reader.close();
    }

    @Test
    void statisticsThatAreNotThereAreMissed() {
        Map<String, float[]> half = statistics();
        half.remove("bn.running_var");
        ComponentReader reader = write(CLASS, half);
        assertThat(reader.packedAutoencoder()).isNull();
        assertThat(reader.problems().found())
                .extracting(Problem::toString)
                .singleElement()
                .satisfies(text -> assertThat(text).contains("bn.running_var [8] is missing"));
        reader.close();
    }
}
