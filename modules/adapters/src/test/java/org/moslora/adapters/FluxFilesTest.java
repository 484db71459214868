package org.moslora.adapters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.tensors.SafetensorsWriter;
import org.moslora.tensors.TensorData;

/** Files for FLUX.1 whose layers are several of diffusers'. */
class FluxFilesTest {
    private static final long WIDTH = 4;
    private static final long RANK = 2;

    @TempDir
    private Path folder;

    private final List<TensorData> tensors = new ArrayList<>();

    private void add(String name, long... shape) {
        List<Long> sides = new ArrayList<>();
        long count = 1;
        for (long side : shape) {
            sides.add(side);
            count *= side;
        }
        float[] values = new float[(int) count];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        tensors.add(TensorData.of(name, sides, values));
    }

    private AdapterFile open() {
        Path file = folder.resolve("adapter.safetensors");
        SafetensorsWriter.write(file, tensors, Map.of());
        return AdapterFile.open(file);
    }

    @Test
    void aSingleBlocksFirstLayerIsFour() {
        add("lora_unet_single_blocks_0_linear1.lora_down.weight", RANK, WIDTH);
        add("lora_unet_single_blocks_0_linear1.lora_up.weight", 7 * WIDTH, RANK);
        add("lora_unet_single_blocks_0_linear1.alpha", 1);
        try (AdapterFile file = open()) {
            assertThat(file.format()).isEqualTo("kohya");
            String block = "transformer.single_transformer_blocks.0.";
            assertThat(file.layers().keySet())
                    .containsExactlyInAnyOrder(
                            block + "attn.to_q", block + "attn.to_k", block + "attn.to_v", block + "proj_mlp");
            assertThat(file.layers().get(block + "proj_mlp").outputs()).isEqualTo(4 * WIDTH);
            assertThat(file.layers().get(block + "attn.to_v").outputs()).isEqualTo(WIDTH);
        }
    }

    @Test
    void thatOfFlux2IsOne() {
        add("lora_unet_single_blocks_0_linear1.lora_down.weight", RANK, WIDTH);
        add("lora_unet_single_blocks_0_linear1.lora_up.weight", 9 * WIDTH, RANK);
        try (AdapterFile file = open()) {
            assertThat(file.layers().keySet())
                    .containsExactly("transformer.single_transformer_blocks.0.attn.to_qkv_mlp_proj");
        }
    }

    @Test
    void xlabsProcessorsAreTheAttentionOfBothStreams() {
        add("double_blocks.1.processor.qkv_lora1.down.weight", RANK, WIDTH);
        add("double_blocks.1.processor.qkv_lora1.up.weight", 3 * WIDTH, RANK);
        add("double_blocks.1.processor.proj_lora2.down.weight", RANK, WIDTH);
        add("double_blocks.1.processor.proj_lora2.up.weight", WIDTH, RANK);
        try (AdapterFile file = open()) {
            assertThat(file.format()).isEqualTo("XLabs");
            String attention = "transformer.transformer_blocks.1.attn.";
            assertThat(file.layers().keySet())
                    .containsExactlyInAnyOrder(
                            attention + "to_q", attention + "to_k", attention + "to_v", attention + "to_add_out");
        }
    }

    @Test
    void rowsThatAreNotThoseOfThreeLayersAreNamed() {
        add("lora_unet_double_blocks_0_img_attn_qkv.lora_down.weight", RANK, WIDTH);
        add("lora_unet_double_blocks_0_img_attn_qkv.lora_up.weight", 3 * WIDTH - 1, RANK);
        assertThatThrownBy(this::open).hasMessageContaining("lora_unet_double_blocks_0_img_attn_qkv");
    }
}
