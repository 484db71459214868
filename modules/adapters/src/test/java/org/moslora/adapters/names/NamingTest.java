package org.moslora.adapters.names;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.adapters.form.TensorRole;

/** Every style of keys in both directions. */
class NamingTest {
    private static final BlockLayout TWO = BlockLayout.of(List.of());

    private static final List<String> PATHS = List.of(
            "unet.conv_in",
            "unet.conv_out",
            "unet.time_embedding.linear_1",
            "unet.add_embedding.linear_2",
            "unet.down_blocks.0.resnets.1.conv1",
            "unet.down_blocks.0.resnets.1.time_emb_proj",
            "unet.down_blocks.1.resnets.0.conv_shortcut",
            "unet.down_blocks.1.downsamplers.0.conv",
            "unet.down_blocks.2.attentions.1.transformer_blocks.9.ff.net.0.proj",
            "unet.down_blocks.2.attentions.1.transformer_blocks.9.ff.net.2",
            "unet.mid_block.resnets.1.conv2",
            "unet.mid_block.attentions.0.proj_in",
            "unet.up_blocks.0.attentions.2.transformer_blocks.0.attn2.to_out.0",
            "unet.up_blocks.0.upsamplers.0.conv",
            "unet.up_blocks.2.resnets.0.conv2",
            "text_encoder.text_model.encoder.layers.11.self_attn.out_proj",
            "text_encoder.text_model.encoder.layers.0.mlp.fc1",
            "text_encoder_2.text_model.encoder.layers.31.self_attn.q_proj");

    @Test
    void whatIsWrittenIsReadAgain() {
        List<Naming> styles = List.of(
                PeftNaming.peft("", null),
                PeftNaming.diffusers(),
                new OldDiffusersNaming(),
                new KohyaNaming(TWO, false, true),
                new KohyaNaming(TWO, true, true));
        for (Naming naming : styles) {
            for (String path : PATHS) {
                for (TensorRole role : List.of(TensorRole.DOWN, TensorRole.UP)) {
                    String key = naming.key(path, role);
                    assertThat(Naming.all(TWO, "", null).stream()
                                    .flatMap(style -> style.parse(key).stream())
                                    .findFirst())
                            .as(key)
                            .contains(new Naming.Named(path, role));
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "conv_in, input_blocks_0_0",
        "time_embedding.linear_2, time_embed_2",
        "add_embedding.linear_1, label_emb_0_0",
        "conv_out, out_2",
        "down_blocks.0.resnets.0.conv1, input_blocks_1_0_in_layers_2",
        "down_blocks.0.downsamplers.0.conv, input_blocks_3_0_op",
        "down_blocks.1.attentions.0.transformer_blocks.0.attn1.to_q,"
                + " input_blocks_4_1_transformer_blocks_0_attn1_to_q",
        "down_blocks.2.resnets.1.conv_shortcut, input_blocks_8_0_skip_connection",
        "mid_block.resnets.1.time_emb_proj, middle_block_2_emb_layers_1",
        "mid_block.attentions.0.proj_in, middle_block_1_proj_in",
        "up_blocks.0.upsamplers.0.conv, output_blocks_2_2_conv",
        "up_blocks.1.attentions.0.proj_out, output_blocks_3_1_proj_out",
        "up_blocks.2.resnets.2.conv2, output_blocks_8_0_out_layers_3"
    })
    void xlIsNumberedAsLatentDiffusionDoes(String path, String name) {
        Naming naming = new KohyaNaming(TWO, true, true);
        assertThat(naming.key("unet." + path, TensorRole.DOWN)).isEqualTo("lora_unet_" + name + ".lora_down.weight");
        assertThat(naming.parse("lora_unet_" + name + ".alpha"))
                .contains(new Naming.Named("unet." + path, TensorRole.ALPHA));
    }

    @Test
    void aModelSaysHowManyLayersAResolutionHas() {
        BlockLayout uneven = BlockLayout.of(List.of(
                "unet.down_blocks.0.resnets.0.conv1",
                "unet.down_blocks.1.resnets.2.conv1",
                "unet.up_blocks.0.resnets.3.conv1",
                "unet.up_blocks.1.attentions.1.proj_in"));
        Naming naming = new KohyaNaming(uneven, true, true);
        for (String path : List.of(
                "down_blocks.0.downsamplers.0.conv",
                "down_blocks.1.resnets.2.conv1",
                "up_blocks.0.upsamplers.0.conv",
                "up_blocks.1.attentions.1.proj_in",
                "up_blocks.1.upsamplers.0.conv")) {
            String key = naming.key("unet." + path, TensorRole.UP);
            assertThat(naming.parse(key)).contains(new Naming.Named("unet." + path, TensorRole.UP));
        }
        assertThat(naming.key("unet.down_blocks.1.resnets.0.conv1", TensorRole.UP))
                .contains("input_blocks_3_0_in_layers_2");
        assertThat(naming.key("unet.up_blocks.0.upsamplers.0.conv", TensorRole.UP))
                .contains("output_blocks_3_1_conv");
        assertThat(naming.key("unet.up_blocks.1.upsamplers.0.conv", TensorRole.UP))
                .contains("output_blocks_5_2_conv");
    }

    @ParameterizedTest
    @CsvSource({
        "lora_unet_input_blocks_4_1_proj_in.alpha, 2",
        "lora_unet_input_blocks_3_1_proj_in.alpha, 1",
        "lora_unet_input_blocks_3_0_op.alpha, 2",
        "lora_unet_input_blocks_4_0_op.alpha, 1",
        "lora_unet_output_blocks_2_2_conv.alpha, 2",
        "lora_unet_output_blocks_3_2_conv.alpha, 1",
        "lora_unet_output_blocks_3_1_proj_in.alpha, 2",
        "unet.down_blocks.0.attentions.2.proj_in, 3",
        "unet.up_blocks.0.attentions.3.proj_in, 3",
        "unet.down_blocks.0.attentions.0.proj_in, 2",
        "unet.mid_block.attentions.0.proj_in, 2"
    })
    void withoutAModelTheUsualNumberIsTakenUnlessAKeyContradictsIt(String key, int layers) {
        assertThat(BlockLayout.guess(List.of(key)).usual()).isEqualTo(layers);
    }

    @Test
    void oneOnTheWayDownAndTwoUpIsWholeAndHasOneLayer() {
        assertThat(BlockLayout.guess(List.of(
                                "unet.down_blocks.0.resnets.0.conv1",
                                "unet.up_blocks.0.resnets.0.conv1",
                                "unet.up_blocks.0.resnets.1.conv1"))
                        .usual())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "lora_unet_x.beta",
                "lora_vae_x.lora_up.weight",
                "a.lora_C.weight",
                "a.lora_A",
                "a.hada_w1_a.weight",
                "lora_A.weight",
                "unet.a.lora.side.weight",
                ""
            })
    void otherKeysAreNobodys(String key) {
        Naming.all(TWO, "", null)
                .forEach(naming -> assertThat(naming.parse(key)).isEmpty());
    }

    @Test
    void whatAStyleCannotSpellIsRefused() {
        assertThatThrownBy(() -> PeftNaming.diffusers().key("unet.a", TensorRole.CORE))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new OldDiffusersNaming().key("unet.a", TensorRole.ALPHA))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new KohyaNaming(TWO, false, false).key("model.language_model.a", TensorRole.UP))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new KohyaNaming(TWO, false, false).key("unet.a", TensorRole.MIXER))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "llava, ",
        "Stable Diffusion XL (text-time conditioning), XL",
        "STABLE_DIFFUSION_2, V2",
        "sd_v1, V1",
        "sdxl, XL",
        "Stable Diffusion 1, V1",
        "sd, V1_OR_2",
        "stable-diffusion-3, V3",
        "sd3.5, V3",
        "flux-1, FLUX_1"
    })
    void recordedFamilies(String name, DiffusionFamily family) {
        assertThat(DiffusionFamily.said(name).orElse(null)).isEqualTo(family);
    }

    @Test
    void familiesAreToldFromNames() {
        String deep = "unet.mid_block.attentions.0.transformer_blocks.3.attn1.to_q";
        String finest = "unet.down_blocks.0.attentions.0.proj_in";
        String coarser = "unet.down_blocks.1.attentions.0.proj_in";
        assertThat(DiffusionFamily.of(List.of(deep), 0, null)).contains(DiffusionFamily.XL);
        assertThat(DiffusionFamily.of(List.of(coarser), 0, null)).contains(DiffusionFamily.XL);
        assertThat(DiffusionFamily.of(List.of(finest, coarser), 0, null)).contains(DiffusionFamily.V1_OR_2);
        assertThat(DiffusionFamily.of(List.of(finest), 0, false)).contains(DiffusionFamily.V2);
        assertThat(DiffusionFamily.of(List.of(finest), 0, true)).contains(DiffusionFamily.V1);
        assertThat(DiffusionFamily.of(List.of(finest), 1024, null)).contains(DiffusionFamily.V2);
        assertThat(DiffusionFamily.of(List.of("model.language_model.a"), 0, null))
                .isEmpty();
        assertThat(DiffusionFamily.of(List.of("transformer.transformer_blocks.0.attn2.to_q"), 0, null))
                .contains(DiffusionFamily.V3);
        assertThat(DiffusionFamily.of(List.of("transformer.single_transformer_blocks.0.proj_mlp"), 0, null))
                .contains(DiffusionFamily.FLUX_1);
    }
}
