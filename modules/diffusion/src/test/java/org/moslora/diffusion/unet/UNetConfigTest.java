package org.moslora.diffusion.unet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.problems.Problem;
import org.moslora.problems.Problems;
import org.moslora.tensors.ConfigSection;

/** Configs of the published models, the class's defaults, and what is refused. */
class UNetConfigTest {
    private static final String XL = """
        {"block_out_channels": [320, 640, 1280], "attention_head_dim": [5, 10, 20], "cross_attention_dim": 2048,
         "down_block_types": ["DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"],
         "up_block_types": ["CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"],
         "transformer_layers_per_block": [1, 2, 10], "use_linear_projection": true, "upcast_attention": null,
         "addition_embed_type": "text_time", "addition_time_embed_dim": 256, "sample_size": 128,
         "projection_class_embeddings_input_dim": 2816, "class_embed_type": null, "num_attention_heads": null}
        """;

    @Test
    void knowsTheTensorsOfStableDiffusion1() {
        Map<String, List<Long>> expected = UNetNames.expected(read("{\"cross_attention_dim\": 768}"));
        assertThat(expected).hasSize(686);
        assertThat(parameters(expected)).isEqualTo(859_520_964);
        assertThat(expected)
                .containsEntry("down_blocks.0.attentions.0.proj_in.weight", List.of(320L, 320L, 1L, 1L))
                .containsEntry("up_blocks.3.resnets.0.conv_shortcut.weight", List.of(320L, 960L, 1L, 1L))
                .containsEntry(
                        "up_blocks.2.attentions.2.transformer_blocks.0.ff.net.0.proj.weight", List.of(5120L, 640L));
    }

    @Test
    void knowsTheTensorsOfStableDiffusion2() {
        Map<String, List<Long>> expected = UNetNames.expected(read("""
            {"cross_attention_dim": 1024, "attention_head_dim": [5, 10, 20, 20], "use_linear_projection": true}
            """));
        assertThat(expected).hasSize(686);
        assertThat(parameters(expected)).isEqualTo(865_910_724);
        assertThat(expected).containsEntry("mid_block.attentions.0.proj_out.weight", List.of(1280L, 1280L));
    }

    @Test
    void knowsTheTensorsOfStableDiffusionXl() {
        UNetConfig config = read(XL);
        Map<String, List<Long>> expected = UNetNames.expected(config);
        assertThat(expected).hasSize(1680);
        assertThat(parameters(expected)).isEqualTo(2_567_463_684L);
        assertThat(config.added()).isEqualTo(new UNetConfig.Added(1280, 256));
        assertThat(config.levels().get(2)).isEqualTo(new UNetConfig.Level(1280, 2, true, true, 20, 10));
        assertThat(config.upcast()).isFalse();
        assertThat(config.sampleSize()).isEqualTo(128);
    }

    @Test
    void takesHeadsFromTheKeyThatSaysWidth() {
        assertThat(read("{}").levels()).allMatch(level -> level.heads() == 8);
        assertThat(read("{}").epsilon()).isEqualTo(1e-5);
        assertThat(read("{\"sample_size\": [32, 64]}").sampleSize()).isEqualTo(32);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'in_channels': 9 | in_channels is 9 | inpainting",
                "'dual_cross_attention': true | dual_cross_attention is true | does not compute",
                "'class_embed_type': 'timestep' | class_embed_type | does not compute",
                "'num_class_embeds': 10 | num_class_embeds is 10 | does not compute",
                "'addition_embed_type': 'text' | addition_embed_type | text_time",
                "'mid_block_type': null | mid_block_type is null | middle block",
                "'mid_block_type': 'UNetMidBlock2D' | mid_block_type | UNetMidBlock2DCrossAttn",
                "'act_fn': 'gelu' | act_fn | silu",
                "'resnet_time_scale_shift': 'scale_shift' | resnet_time_scale_shift | default",
                "'num_attention_heads': 8 | num_attention_heads | does not compute",
                "'time_cond_proj_dim': 256 | time_cond_proj_dim | does not compute",
                "'down_block_types': ['AttnDownBlock2D', 'DownBlock2D', 'DownBlock2D', 'DownBlock2D'] |"
                        + " AttnDownBlock2D | CrossAttnDownBlock2D",
                "'up_block_types': ['UpBlock2D'] | up_block_types has 1 | 4",
                "'layers_per_block': [1, 2] | layers_per_block has 2 | 4 blocks",
                "'cross_attention_dim': [768, 768, 768, 1024] | cross_attention_dim | one text",
                "'norm_num_groups': 48 | norm_num_groups 48 | divide",
                "'layers_per_block': 'two' | layers_per_block must be | two",
                "'norm_eps': true | norm_eps must be a number | true"
            })
    void namesWhatItDoesNotCompute(String setting, String what, String rule) {
        Problems problems = new Problems();
        UNetConfig.read(ConfigSection.parse("unet/config.json", "{" + setting.replace('\'', '"') + "}", problems));
        assertThat(problems.found())
                .extracting(Problem::toString)
                .anySatisfy(text -> assertThat(text)
                        .startsWith("unet/config.json: ")
                        .contains(what)
                        .contains(rule));
    }

    private static UNetConfig read(String json) {
        Problems problems = new Problems();
        UNetConfig config = UNetConfig.read(ConfigSection.parse("unet/config.json", json, problems));
        problems.throwIfAny();
        return config;
    }

    private static long parameters(Map<String, List<Long>> shapes) {
        return shapes.values().stream()
                .mapToLong(shape -> shape.stream().reduce(1L, (a, b) -> a * b))
                .sum();
    }
}
