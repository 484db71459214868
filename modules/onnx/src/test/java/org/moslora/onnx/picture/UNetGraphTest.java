package org.moslora.onnx.picture;

import static org.moslora.onnx.graph.GraphTrial.assertAlike;
import static org.moslora.onnx.picture.ComponentTrial.array;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.diffusion.unet.Conditioning;
import org.moslora.diffusion.unet.UNet;
import org.moslora.diffusion.unet.UNetConfig;
import org.moslora.diffusion.unet.UNetNames;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Linears;
import org.moslora.onnx.graph.Element;
import org.moslora.onnx.graph.MemoryWeights;
import org.moslora.onnx.graph.PlainArray;

/** UNets of every shape that configs describe, at sizes even and odd, predict as graphs what they predict on libtorch. */
final class UNetGraphTest {
    private static final String SMALL =
            "'_class_name': 'UNet2DConditionModel', 'norm_num_groups': 3," + " 'cross_attention_dim': 5";
    private static final String FIRST =
            "{" + SMALL + ", 'block_out_channels': [6, 12], 'layers_per_block': 1," + " 'attention_head_dim': 2}";
    private static final List<Integer> SIZES = List.of(64, 48, 0, 3, 40, 56);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                FIRST,
                "{" + SMALL + ", 'block_out_channels': [9, 6, 12], 'layers_per_block': [1, 2, 1],"
                        + " 'attention_head_dim': [3, 2, 4], 'use_linear_projection': true, 'upcast_attention': true,"
                        + " 'norm_eps': 0.01, 'down_block_types': ['DownBlock2D', 'CrossAttnDownBlock2D',"
                        + " 'DownBlock2D'], 'up_block_types': ['UpBlock2D', 'CrossAttnUpBlock2D', 'UpBlock2D']}",
                "{" + SMALL + ", 'block_out_channels': [6, 6], 'layers_per_block': 1, 'attention_head_dim': 1,"
                        + " 'flip_sin_to_cos': false, 'freq_shift': 1, 'transformer_layers_per_block': [2, 1]}",
                "{" + SMALL + ", 'block_out_channels': [6, 12], 'layers_per_block': 1, 'attention_head_dim': [3, 6],"
                        + " 'addition_embed_type': 'text_time', 'addition_time_embed_dim': 4,"
                        + " 'projection_class_embeddings_input_dim': 31, 'use_linear_projection': true,"
                        + " 'transformer_layers_per_block': [1, 2]}"
            })
    void predictionsAreThoseOfLibtorch(String json) {
        agree(json, Element.FLOAT, 5, 7);
    }

    @ParameterizedTest
    @CsvSource({"FLOAT, 2, 2", "FLOAT, 1, 3", "FLOAT, 8, 4", "HALF, 6, 5"})
    void sidesMayBeOfAnyLengthAndNumbersHalfAsWide(Element stored, int height, int width) {
        agree(FIRST, stored, height, width);
    }

    private void agree(String json, Element stored, int height, int width) {
        UNetConfig config = ComponentTrial.config(json, UNetConfig::read);
        MemoryWeights weights = MemoryWeights.random(UNetNames.expected(config));
        Given given = new Given(
                PlainArray.random(1, 2, 4, height, width),
                PlainArray.random(2, 2, 3, config.textWidth()),
                config.added() == null
                        ? null
                        : PlainArray.random(3, 2, config.added().pooledWidth()));
        PlainArray wanted = ComponentTrial.torch(arena -> {
            try (UNet unet = new UNet(config, weights, Linears.plain(), Compute.cpu())) {
                return unet.predict(arena, array(arena, given.latents), given.conditioning(arena));
            }
        });
        try (ComponentTrial trial =
                ComponentTrial.of(folder, UNetGraph.of(config, weights, stored, path -> false), weights)) {
            assertAlike(trial.ask("out_sample", given.inputs()), wanted, ComponentTrial.share(stored));
        }
    }

    /** Two pictures at one time, as sampling asks. */
    private record Given(
            PlainArray latents, PlainArray text, @Nullable PlainArray pooled) {
        private static final double TIME = 412.5;

        Conditioning conditioning(Arena arena) {
            List<Integer> both = new java.util.ArrayList<>(SIZES);
            both.addAll(SIZES);
            return new Conditioning(
                    List.of(TIME, TIME),
                    array(arena, text),
                    pooled == null ? null : new Conditioning.Added(array(arena, pooled), both));
        }

        Map<String, PlainArray> inputs() {
            Map<String, PlainArray> inputs = new LinkedHashMap<>();
            inputs.put("sample", latents);
            inputs.put("timestep", new PlainArray(new long[0], new double[] {TIME}));
            inputs.put("encoder_hidden_states", text);
            if (pooled != null) {
                inputs.put("text_embeds", pooled);
                inputs.put("time_ids", PlainArray.filled(i -> SIZES.get(i[1]), 2, SIZES.size()));
            }
            return inputs;
        }
    }
}
