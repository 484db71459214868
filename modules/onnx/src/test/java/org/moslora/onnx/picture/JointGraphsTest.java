package org.moslora.onnx.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.moslora.onnx.graph.GraphTrial.assertAlike;
import static org.moslora.onnx.picture.ComponentTrial.array;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.diffusion.mmdit.Mmdit;
import org.moslora.diffusion.mmdit.MmditConfig;
import org.moslora.diffusion.mmdit.MmditConfigReader;
import org.moslora.diffusion.mmdit.MmditInput;
import org.moslora.diffusion.mmdit.MmditNames;
import org.moslora.layers.Compute;
import org.moslora.layers.Linears;
import org.moslora.onnx.graph.Element;
import org.moslora.onnx.graph.MemoryWeights;
import org.moslora.onnx.graph.PlainArray;

/** Transformers of Stable Diffusion 3 and FLUX.1, in every shape that configs describe, answer as they do on libtorch. */
final class JointGraphsTest {
    private static final String SD3 = "{'_class_name': 'SD3Transformer2DModel', 'in_channels': 3, 'out_channels': 3,"
            + " 'num_attention_heads': 2, 'attention_head_dim': 6, 'caption_projection_dim': 12,"
            + " 'joint_attention_dim': 5, 'pooled_projection_dim': 4, 'pos_embed_max_size': 5, ";
    private static final String FLUX = "{'_class_name': 'FluxTransformer2DModel', 'in_channels': 12,"
            + " 'num_attention_heads': 2, 'joint_attention_dim': 5, 'pooled_projection_dim': 4, ";
    private static final int WORDS = 3;
    private static final double TIME = 437.5;

    @TempDir
    private Path folder;

    private final PlainArray text = PlainArray.random(2, 2, WORDS, 5);
    private final PlainArray pooled = PlainArray.random(3, 2, 4);

    private PlainArray torch(MmditConfig config, MemoryWeights weights, PlainArray latents) {
        return ComponentTrial.torch(arena -> {
            try (Mmdit torch = new Mmdit(config, weights, Linears.plain(), Compute.cpu())) {
                return torch.predict(
                        arena,
                        array(arena, latents),
                        new MmditInput(
                                List.of(TIME, TIME),
                                array(arena, text.shaped(2L * WORDS, 5)),
                                array(arena, pooled),
                                List.of(3.5, 3.5)));
            }
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'num_layers': 1",
                "'num_layers': 2, 'qk_norm': 'rms_norm'",
                "'num_layers': 3, 'qk_norm': 'rms_norm', 'dual_attention_layers': [0, 2]",
                "'num_layers': 2, 'dual_attention_layers': [1]"
            })
    void stableDiffusion3AnswersAsOnLibtorch(String rest) {
        MmditConfig config = ComponentTrial.config(SD3 + rest + "}", MmditConfigReader::stableDiffusion3);
        // Not square, of odd margins to the table of positions, and as large as it.
        for (long[] side : new long[][] {{4, 6}, {2, 2}, {10, 8}}) {
            stableDiffusion3(config, Element.FLOAT, PlainArray.random(1, 2, 3, side[0], side[1]));
        }
    }

    @ParameterizedTest
    @CsvSource({"4, 4"})
    void stableDiffusion3MayBeHalfAsWide(int height, int width) {
        MmditConfig config = ComponentTrial.config(
                SD3 + "'num_layers': 2, 'qk_norm': 'rms_norm'}", MmditConfigReader::stableDiffusion3);
        stableDiffusion3(config, Element.HALF, PlainArray.random(1, 2, 3, height, width));
    }

    private void stableDiffusion3(MmditConfig config, Element stored, PlainArray latents) {
        MemoryWeights weights = MemoryWeights.random(MmditNames.expected(config));
        try (ComponentTrial trial =
                ComponentTrial.of(folder, StableDiffusion3Graph.of(config, weights, stored, path -> false), weights)) {
            PlainArray made = trial.ask(
                    "out_hidden_states",
                    Map.of(
                            "hidden_states", latents,
                            "encoder_hidden_states", text,
                            "pooled_projections", pooled,
                            "timestep", PlainArray.of(TIME, TIME)));
            assertAlike(made, torch(config, weights, latents), ComponentTrial.share(stored));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'num_layers': 1, 'num_single_layers': 1, 'attention_head_dim': 6, 'axes_dims_rope': [2, 2, 2]",
                "'num_layers': 1, 'num_single_layers': 2, 'attention_head_dim': 8, 'axes_dims_rope': [2, 4, 2],"
                        + " 'guidance_embeds': true",
                "'num_layers': 2, 'num_single_layers': 1, 'attention_head_dim': 8, 'axes_dims_rope': [4, 2, 2],"
                        + " 'guidance_embeds': true"
            })
    void flux1AnswersAsOnLibtorch(String rest) {
        MmditConfig config = ComponentTrial.config(FLUX + rest + "}", MmditConfigReader::flux);
        MemoryWeights weights = MemoryWeights.random(MmditNames.expected(config));
        PlainArray latents = PlainArray.random(1, 2, 3, 4, 6);
        Map<String, PlainArray> given = new LinkedHashMap<>();
        given.put("hidden_states", packed(latents));
        given.put("encoder_hidden_states", text);
        given.put("pooled_projections", pooled);
        given.put("timestep", PlainArray.of(TIME / 1000, TIME / 1000));
        given.put("txt_ids", PlainArray.filled(i -> 0, WORDS, 3));
        given.put("img_ids", PlainArray.filled(i -> i[1] == 0 ? 0 : i[1] == 1 ? i[0] / 3 : i[0] % 3, 6, 3));
        if (config.guided()) {
            given.put("guidance", PlainArray.of(3.5, 3.5));
        }
        try (ComponentTrial trial =
                ComponentTrial.of(folder, FluxGraph.of(config, weights, Element.FLOAT, path -> false), weights)) {
            assertThat(trial.graph().header().inputs()).containsOnlyKeys(given.keySet());
            PlainArray made = trial.ask("out_hidden_states", given);
            assertAlike(made, packed(torch(config, weights, latents)), 1e-4);
        }
    }

    /** As FluxPipeline._pack_latents of diffusers: places row by row, in each channel, row and column. */
    private static PlainArray packed(PlainArray latents) {
        int wide = latents.size(3) / 2;
        return PlainArray.filled(
                i -> latents.at(i[0], i[2] / 4, i[1] / wide * 2 + i[2] / 2 % 2, i[1] % wide * 2 + i[2] % 2),
                latents.size(0),
                latents.size(2) / 2L * wide,
                latents.size(1) * 4L);
    }
}
