package org.moslora.adapters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.adapters.names.DiffusionFamily;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.layers.Kernels;
import org.moslora.layers.LowRank;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.DType;
import org.moslora.tensors.SafetensorsFile;
import org.moslora.tensors.WeightSource;

/** Adapters of Z-Image and FLUX.2 in everybody's names; layers that other programs have in one. */
class TransformerAdaptersTest {
    @TempDir
    Path folder;

    @BeforeAll
    static void start() {
        Engine.start(1);
    }

    private static float[] change(AdapterFile file, String path) {
        try (Arena arena = Arena.open(Compute.cpu())) {
            AdapterLayer layer = file.layers().get(path);
            LowRank pair = layer.form().pair(arena, AdapterFile.factors(arena, Compute.cpu()), layer.scale());
            return Kernels.get()
                    .one(arena, "merged", arena.zeros(layer.outputs(), layer.inputs()), pair.down(), pair.up(), 6)
                    .toFloatArray();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "lora_unet_layers_0_attention_to_out_0.lora_down.weight, layers.0.attention.to_out.0, kohya",
        "lora_unet_noise_refiner_1_feed_forward_w3.lora_down.weight, noise_refiner.1.feed_forward.w3, kohya",
        "lora_unet_layers_11_attention_out.lora_down.weight, layers.11.attention.to_out.0, kohya",
        "diffusion_model.context_refiner.0.attention.to_k.lora_A.weight, context_refiner.0.attention.to_k, ComfyUI",
        "lora_unet_double_blocks_3_img_mlp_2.lora_down.weight, transformer_blocks.3.ff.linear_out, kohya",
        "diffusion_model.single_blocks.7.linear1.lora_A.weight, single_transformer_blocks.7.attn.to_qkv_mlp_proj,"
                + " ComfyUI",
        "transformer.transformer_blocks.0.attn.to_add_out.lora_A.weight, transformer_blocks.0.attn.to_add_out,"
                + " diffusers",
        "base_model.model.layers.2.attention.to_q.lora_A.weight, layers.2.attention.to_q, diffusers"
    })
    void everySpellingLeadsToTheSameLayer(String down, String path, String format) {
        SingleFileAdapter file = new SingleFileAdapter(1)
                .put(down, 2, 6)
                .put(down.replace("lora_down", "lora_up").replace("lora_A", "lora_B"), 6, 2);
        try (AdapterFile adapter = AdapterFile.open(file.write(folder.resolve("a.safetensors")))) {
            assertThat(adapter.layers().keySet()).containsExactly("transformer." + path);
            assertThat(adapter.format()).isEqualTo(format);
        }
    }

    @Test
    void aFusedPairIsOnePairOnEachOfItsLayers() {
        String qkv = "lora_unet_double_blocks_0_img_attn_qkv";
        SingleFileAdapter file = new SingleFileAdapter(2)
                .put(qkv + ".lora_down.weight", 2, 4)
                .put(qkv + ".lora_up.weight", 9, 2)
                .number(qkv + ".alpha", 1);
        float[] whole = file.value(qkv + ".lora_up.weight")
                .times(file.value(qkv + ".lora_down.weight"))
                .floats();
        try (AdapterFile adapter = AdapterFile.open(file.write(folder.resolve("a.safetensors")))) {
            int at = 0;
            for (String leaf : new String[] {"to_q", "to_k", "to_v"}) {
                for (float entry : change(adapter, "transformer.transformer_blocks.0.attn." + leaf)) {
                    assertThat(entry).isEqualTo(whole[at++] / 2, org.assertj.core.api.Assertions.within(1e-6f));
                }
            }
            assertThat(at).isEqualTo(whole.length);
        }
    }

    @Test
    void whatIsWrittenFusedIsReadApartAgain() throws IOException {
        SingleFileAdapter file = new SingleFileAdapter(3);
        for (String path : new String[] {"transformer_blocks.0.attn.to_q", "transformer_blocks.0.attn.to_v"}) {
            file.put("transformer." + path + ".lora_A.weight", 2, 4)
                    .put("transformer." + path + ".lora_B.weight", 3, 2);
        }
        file.put("transformer.norm_out.linear.lora_A.weight", 2, 4)
                .put("transformer.norm_out.linear.lora_B.weight", 8, 2)
                .put("transformer.single_transformer_blocks.0.attn.to_out.lora_A.weight", 2, 4)
                .put("transformer.single_transformer_blocks.0.attn.to_out.lora_B.weight", 5, 2);
        Path written = folder.resolve("b.safetensors");
        try (AdapterFile before = AdapterFile.open(file.write(folder.resolve("a.safetensors")));
                Arena arena = Arena.open(Compute.cpu())) {
            Conversion.write(AdapterFormat.KOHYA, before, written, arena, DType.F32, Map.of());
            try (WeightSource names = SafetensorsFile.open(written);
                    AdapterFile after = AdapterFile.open(written)) {
                assertThat(names.names())
                        .contains(
                                "lora_unet_double_blocks_0_img_attn_qkv.lora_up.weight",
                                "lora_unet_single_blocks_0_linear2.lora_down.weight",
                                "lora_unet_final_layer_adaLN_modulation_1.alpha");
                before.layers()
                        .keySet()
                        .forEach(path -> assertThat(change(after, path))
                                .as(path)
                                .containsExactly(change(before, path), org.assertj.core.api.Assertions.offset(1e-6f)));
                assertThat(change(after, "transformer.transformer_blocks.0.attn.to_k"))
                        .containsOnly(0f);
            }
        }
    }

    @Test
    void onlyPairsAreTakenApart() {
        String qkv = "lora_unet_layers_0_attention_qkv";
        SingleFileAdapter file = new SingleFileAdapter(4)
                .put(qkv + ".hada_w1_a", 9, 2)
                .put(qkv + ".hada_w1_b", 2, 4)
                .put(qkv + ".hada_w2_a", 9, 2)
                .put(qkv + ".hada_w2_b", 2, 4);
        Path path = file.write(folder.resolve("a.safetensors"));
        assertThatThrownBy(() -> AdapterFile.open(path))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("attention_qkv")
                .hasMessageContaining("pair");
    }

    @ParameterizedTest
    @CsvSource({"z-image, Z_IMAGE", "Z-Image, Z_IMAGE", "flux2-klein, FLUX_2", "FLUX.2 klein, FLUX_2"})
    void familiesAreKnownByName(String said, DiffusionFamily family) {
        assertThat(DiffusionFamily.said(said)).contains(family);
    }
}
