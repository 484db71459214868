package org.moslora.diffusion.ldm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.diffusion.unet.UNetConfig;
import org.moslora.diffusion.unet.UNetNames;
import org.moslora.problems.Problems;
import org.moslora.tensors.ConfigSection;

/** Names as the published checkpoints have them. */
class UNetSpellingTest {
    private static final String ONE = "{\"cross_attention_dim\": 768}";
    private static final String XL = """
        {"block_out_channels": [320, 640, 1280], "attention_head_dim": [5, 10, 20], "cross_attention_dim": 2048,
         "down_block_types": ["DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"],
         "up_block_types": ["CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"],
         "transformer_layers_per_block": [1, 2, 10], "use_linear_projection": true,
         "addition_embed_type": "text_time", "addition_time_embed_dim": 256,
         "projection_class_embeddings_input_dim": 2816}
        """;

    @ParameterizedTest
    @CsvSource({
        "conv_in, input_blocks.0.0",
        "time_embedding.linear_2, time_embed.2",
        "down_blocks.0.resnets.0.conv1, input_blocks.1.0.in_layers.2",
        "down_blocks.0.attentions.1.proj_in, input_blocks.2.1.proj_in",
        "down_blocks.0.downsamplers.0.conv, input_blocks.3.0.op",
        "down_blocks.3.resnets.1.time_emb_proj, input_blocks.11.0.emb_layers.1",
        "mid_block.resnets.1.norm2, middle_block.2.out_layers.0",
        "mid_block.attentions.0.transformer_blocks.0.attn2.to_out.0,"
                + " middle_block.1.transformer_blocks.0.attn2.to_out.0",
        "up_blocks.0.resnets.2.conv_shortcut, output_blocks.2.0.skip_connection",
        "up_blocks.0.upsamplers.0.conv, output_blocks.2.1.conv",
        "up_blocks.1.upsamplers.0.conv, output_blocks.5.2.conv",
        "up_blocks.3.attentions.2.norm, output_blocks.11.1.norm",
        "conv_norm_out, out.0",
        "something_else, something_else"
    })
    void spellsStableDiffusion1(String path, String expected) {
        assertThat(new UNetSpelling(config(ONE)).module(path)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "add_embedding.linear_1.weight, label_emb.0.0.weight",
        "down_blocks.1.attentions.0.transformer_blocks.1.attn1.to_q.weight,"
                + " input_blocks.4.1.transformer_blocks.1.attn1.to_q.weight",
        "down_blocks.2.resnets.1.norm1.bias, input_blocks.8.0.in_layers.0.bias",
        "up_blocks.0.upsamplers.0.conv.bias, output_blocks.2.2.conv.bias",
        "up_blocks.2.resnets.0.conv2.weight, output_blocks.6.0.out_layers.3.weight"
    })
    void spellsStableDiffusionXl(String name, String expected) {
        assertThat(new UNetSpelling(config(XL)).tensor(name)).isEqualTo(expected);
    }

    @Test
    void givesEveryTensorANameOfItsOwn() {
        for (String json : new String[] {ONE, XL}) {
            UNetConfig config = config(json);
            UNetSpelling spelling = new UNetSpelling(config);
            Set<String> names = UNetNames.expected(config).keySet();
            Set<String> spelt = names.stream().map(spelling::tensor).collect(Collectors.toSet());
            assertThat(spelt).hasSameSizeAs(names).doesNotContainAnyElementsOf(names);
        }
    }

    private static UNetConfig config(String json) {
        Problems problems = new Problems();
        UNetConfig config = UNetConfig.read(ConfigSection.parse("unet/config.json", json, problems));
        problems.throwIfAny();
        return config;
    }
}
