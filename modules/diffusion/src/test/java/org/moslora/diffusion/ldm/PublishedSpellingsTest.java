package org.moslora.diffusion.ldm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.diffusion.autoencoder.AutoencoderConfig;
import org.moslora.diffusion.autoencoder.AutoencoderNames;
import org.moslora.diffusion.unet.UNetConfig;
import org.moslora.diffusion.unet.UNetNames;
import org.moslora.problems.Problems;
import org.moslora.tensors.ConfigSection;

/**
 * Which name of latent diffusion belongs to which of diffusers, for every tensor of published models: the CRC-32 of the
 * sorted lines {@code latent-diffusion diffusers} that convert_ldm_unet_checkpoint and convert_ldm_vae_checkpoint of
 * diffusers 0.42.1 give for a file with these names.
 */
class PublishedSpellingsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'cross_attention_dim': 768 | 686 | 9046b7b5",
                "'cross_attention_dim': 1024, 'attention_head_dim': [5, 10, 20, 20], 'use_linear_projection': true"
                        + " | 686 | 9046b7b5",
                "'block_out_channels': [320, 640, 1280], 'attention_head_dim': [5, 10, 20], 'cross_attention_dim': 2048,"
                        + " 'down_block_types': ['DownBlock2D', 'CrossAttnDownBlock2D', 'CrossAttnDownBlock2D'],"
                        + " 'up_block_types': ['CrossAttnUpBlock2D', 'CrossAttnUpBlock2D', 'UpBlock2D'],"
                        + " 'transformer_layers_per_block': [1, 2, 10], 'use_linear_projection': true,"
                        + " 'addition_embed_type': 'text_time', 'addition_time_embed_dim': 256,"
                        + " 'projection_class_embeddings_input_dim': 2816 | 1680 | 090dfea2"
            })
    void ofUNetsAreThoseThatDiffusersConvertsFrom(String config, int count, String sum) {
        UNetConfig read = UNetConfig.read(section(config));
        check(UNetNames.expected(read).keySet(), new UNetSpelling(read)::tensor, count, sum);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'block_out_channels': [128, 256, 512, 512], 'layers_per_block': 2 | 248 | 0bc88e0f",
                "'block_out_channels': [128, 256, 512, 512], 'layers_per_block': 2, 'latent_channels': 16,"
                        + " 'use_quant_conv': false, 'use_post_quant_conv': false | 244 | 219b3bd3"
            })
    void ofAutoencodersAreThoseThatDiffusersConvertsFrom(String config, int count, String sum) {
        AutoencoderConfig read = AutoencoderConfig.read(section(config));
        check(AutoencoderNames.expected(read).keySet(), new AutoencoderSpelling(read)::tensor, count, sum);
    }

    private static ConfigSection section(String config) {
        return ConfigSection.parse("config.json", "{" + config.replace('\'', '"') + "}", new Problems());
    }

    private static void check(Set<String> names, UnaryOperator<String> spelling, int count, String sum) {
        TreeSet<String> lines = new TreeSet<>();
        names.forEach(name -> lines.add(spelling.apply(name) + " " + name));
        assertThat(lines).hasSize(count);
        CRC32 crc = new CRC32();
        crc.update(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
        assertThat(crc.getValue()).as("pairs of names").isEqualTo(Long.parseLong(sum, 16));
    }
}
