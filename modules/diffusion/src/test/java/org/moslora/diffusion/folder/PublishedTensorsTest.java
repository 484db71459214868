package org.moslora.diffusion.folder;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.diffusion.autoencoder.AutoencoderConfig;
import org.moslora.diffusion.autoencoder.AutoencoderNames;
import org.moslora.diffusion.flux2.Flux2Config;
import org.moslora.diffusion.flux2.Flux2Names;
import org.moslora.diffusion.mmdit.MmditConfigReader;
import org.moslora.diffusion.mmdit.MmditNames;
import org.moslora.diffusion.t5.T5Config;
import org.moslora.diffusion.t5.T5Names;
import org.moslora.diffusion.text.ClipTextConfig;
import org.moslora.diffusion.text.ClipTextNames;
import org.moslora.diffusion.unet.UNetConfig;
import org.moslora.diffusion.unet.UNetNames;
import org.moslora.diffusion.zimage.ZImageConfig;
import org.moslora.diffusion.zimage.ZImageNames;
import org.moslora.problems.Problems;
import org.moslora.tensors.ConfigSection;

/**
 * The tensors of whole models by the configs that are published with them: how many, and the CRC-32 of the sorted lines
 * {@code name shape} of the state dict that diffusers 0.42.1 and transformers 5.24.0 make of the same config.
 */
class PublishedTensorsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'cross_attention_dim': 768 | 686 | f5f40eba",
                "'cross_attention_dim': 1024, 'attention_head_dim': [5, 10, 20, 20], 'use_linear_projection': true"
                        + " | 686 | 1fa26ad4",
                "'block_out_channels': [320, 640, 1280], 'attention_head_dim': [5, 10, 20], 'cross_attention_dim': 2048,"
                        + " 'down_block_types': ['DownBlock2D', 'CrossAttnDownBlock2D', 'CrossAttnDownBlock2D'],"
                        + " 'up_block_types': ['CrossAttnUpBlock2D', 'CrossAttnUpBlock2D', 'UpBlock2D'],"
                        + " 'transformer_layers_per_block': [1, 2, 10], 'use_linear_projection': true,"
                        + " 'addition_embed_type': 'text_time', 'addition_time_embed_dim': 256,"
                        + " 'projection_class_embeddings_input_dim': 2816 | 1680 | 38c00b21"
            })
    void ofUNets(String config, int count, String sum) {
        check(UNetNames.expected(read(config, UNetConfig::read)), count, sum);
    }

    /** Stable Diffusion's, that of FLUX.1 and Stable Diffusion 3, and one without attention. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'block_out_channels': [128, 256, 512, 512], 'layers_per_block': 2 | 248 | faff8d24",
                "'block_out_channels': [128, 256, 512, 512], 'layers_per_block': 2, 'latent_channels': 16,"
                        + " 'use_quant_conv': false, 'use_post_quant_conv': false | 244 | 926fc7ff",
                "'block_out_channels': [64, 128], 'mid_block_add_attention': false | 104 | 8ad5b7dd"
            })
    void ofAutoencoders(String config, int count, String sum) {
        check(AutoencoderNames.expected(read(config, AutoencoderConfig::read)), count, sum);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'hidden_size': 768, 'intermediate_size': 3072, 'num_attention_heads': 12 | false | 196 | e3c2826c",
                "'hidden_size': 1024, 'intermediate_size': 4096, 'num_hidden_layers': 23, 'num_attention_heads': 16"
                        + " | false | 372 | b01fd3a3",
                "'hidden_size': 1280, 'intermediate_size': 5120, 'num_hidden_layers': 32, 'num_attention_heads': 20,"
                        + " 'hidden_act': 'gelu', 'projection_dim': 1280 | true | 517 | d016c27d"
            })
    void ofClips(String config, boolean projected, int count, String sum) {
        check(ClipTextNames.expected(read(config, section -> ClipTextConfig.read(section, projected))), count, sum);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'d_model': 4096, 'd_ff': 10240, 'num_layers': 24, 'num_heads': 64 | 219 | 04b6836a",
                "'d_model': 512, 'd_ff': 1024, 'num_layers': 8, 'num_heads': 6 | 75 | 7803a611"
            })
    void ofT5s(String config, int count, String sum) {
        String gated = config + ", 'feed_forward_proj': 'gated-gelu'";
        check(T5Names.expected(read(gated, T5Config::read)), count, sum);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'num_layers': 24, 'num_attention_heads': 24, 'caption_projection_dim': 1536,"
                        + " 'pos_embed_max_size': 192 | 683 | 9f9d06ca",
                "'num_layers': 24, 'num_attention_heads': 24, 'caption_projection_dim': 1536,"
                        + " 'pos_embed_max_size': 384, 'qk_norm': 'rms_norm',"
                        + " 'dual_attention_layers': [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] | 909 | 506c624b",
                "'num_layers': 38, 'num_attention_heads': 38, 'caption_projection_dim': 2432,"
                        + " 'pos_embed_max_size': 192, 'qk_norm': 'rms_norm' | 1227 | 3583a905"
            })
    void ofStableDiffusion3(String config, int count, String sum) {
        check(MmditNames.expected(read(config, MmditConfigReader::stableDiffusion3)), count, sum);
    }

    @ParameterizedTest
    @CsvSource({"true, 1160, b835f2b1", "false, 1156, 5fe6f648"})
    void ofFlux1(boolean guided, int count, String sum) {
        check(MmditNames.expected(read("'guidance_embeds': " + guided, MmditConfigReader::flux)), count, sum);
    }

    /** Those of klein in its two sizes. */
    @ParameterizedTest
    @CsvSource({"5, 20, 24, 7680, 169, a4a95139", "8, 24, 32, 12288, 233, c75c90e9"})
    void ofFlux2(int doubles, int singles, int heads, int text, int count, String sum) {
        String config =
                "'num_layers': %d, 'num_single_layers': %d, 'num_attention_heads': %d, 'joint_attention_dim': %d,"
                                .formatted(doubles, singles, heads, text)
                        + " 'guidance_embeds': false";
        check(Flux2Names.expected(read(config, Flux2Config::read)), count, sum);
    }

    /** Its class's defaults are those of the published one. */
    @ParameterizedTest
    @CsvSource("521, ffafae82")
    void ofZImage(int count, String sum) {
        check(ZImageNames.expected(read("", ZImageConfig::read)), count, sum);
    }

    /** FLUX.2's autoencoder, whose class has defaults of its own: 32 latent channels, seen two by two and normed. */
    @ParameterizedTest
    @CsvSource("251, c2761667")
    void ofFlux2sAutoencoder(int count, String sum) {
        AutoencoderConfig config = read("", AutoencoderConfig::packedNetwork);
        SortedMap<String, List<Long>> tensors = new TreeMap<>(AutoencoderNames.expected(config));
        tensors.put("bn.running_mean", List.of(4L * config.latentChannels()));
        tensors.put("bn.running_var", List.of(4L * config.latentChannels()));
        tensors.put("bn.num_batches_tracked", List.of());
        check(tensors, count, sum);
    }

    private static <C> C read(String config, Function<ConfigSection, C> reader) {
        Problems problems = new Problems();
        C read = reader.apply(ConfigSection.parse("config.json", "{" + config.replace('\'', '"') + "}", problems));
        problems.throwIfAny();
        return read;
    }

    private static void check(SortedMap<String, List<Long>> tensors, int count, String sum) {
        assertThat(tensors).hasSize(count);
        TreeSet<String> lines = new TreeSet<>();
        tensors.forEach((name, shape) ->
                lines.add(name + " " + shape.stream().map(String::valueOf).collect(Collectors.joining(","))));
        CRC32 crc = new CRC32();
        crc.update(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
        assertThat(crc.getValue()).as("names and shapes").isEqualTo(Long.parseLong(sum, 16));
    }
}
