package org.moslora.onnx.picture;

import static org.moslora.onnx.graph.GraphTrial.assertAlike;
import static org.moslora.onnx.picture.ComponentTrial.array;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.diffusion.flow.FlowText;
import org.moslora.diffusion.flow.FlowTransformer;
import org.moslora.diffusion.flux2.Flux2;
import org.moslora.diffusion.flux2.Flux2Config;
import org.moslora.diffusion.flux2.Flux2Names;
import org.moslora.diffusion.zimage.ZImage;
import org.moslora.diffusion.zimage.ZImageConfig;
import org.moslora.diffusion.zimage.ZImageNames;
import org.moslora.layers.Compute;
import org.moslora.layers.Linears;
import org.moslora.onnx.graph.Element;
import org.moslora.onnx.graph.MemoryWeights;
import org.moslora.onnx.graph.PlainArray;

/** Z-Image and FLUX.2 klein as graphs answer what they answer on libtorch, whatever text and picture must be filled up by. */
final class FlowGraphsTest {
    private static final double TIME = 437.5;
    private static final int TEXT = 5;

    @TempDir
    private Path folder;

    private static PlainArray torch(FlowTransformer model, PlainArray latents, PlainArray text) {
        return ComponentTrial.torch(arena -> {
            int words = text.size(1);
            FlowText both = new FlowText(array(arena, text.shaped(2L * words, TEXT)), List.of(words, words));
            return model.open(arena, both, latents.size(2), latents.size(3))
                    .predict(arena, array(arena, latents), List.of(TIME, 100.0));
        });
    }

    /** Rows of both are filled up to multiples of 32: none, one, all but one. */
    @ParameterizedTest
    @CsvSource({
        "1, 2, 2, 1, 1, true",
        "31, 8, 8, 2, 1, true",
        "32, 16, 8, 1, 2, true",
        "33, 6, 22, 1, 1, true",
        "5, 4, 4, 2, 2, false"
    })
    void zImageAnswersWithItsSignTurned(int words, int height, int width, int layers, int refiners, boolean wide) {
        String json = "{'_class_name': 'ZImageTransformer2DModel', 'all_patch_size': [2], 'all_f_patch_size': [1],"
                + " 'in_channels': 3, 'dim': 24, 'n_heads': " + (wide ? 2 : 4) + ", 'n_kv_heads': 2, 'n_layers': "
                + layers
                + ", 'n_refiner_layers': " + refiners + ", 'axes_dims': " + (wide ? "[4, 6, 2]" : "[2, 2, 2]")
                + ", 'axes_lens': [160, 16, 16], 'cap_feat_dim': " + TEXT + ", 'norm_eps': 0.001, 'qk_norm': true,"
                + " 'rope_theta': 256.0, 't_scale': 900.0}";
        ZImageConfig config = ComponentTrial.config(json, ZImageConfig::read);
        MemoryWeights weights = MemoryWeights.random(ZImageNames.expected(config));
        PlainArray latents = PlainArray.random(1, 2, 3, height, width);
        PlainArray text = PlainArray.random(2, 2, words, TEXT);
        try (ZImage torch = new ZImage(config, weights, Linears.plain(), Compute.cpu());
                ComponentTrial trial = ComponentTrial.of(
                        folder, ZImageGraph.of(config, weights, Element.FLOAT, path -> false), weights)) {
            PlainArray made = trial.ask(
                    "out_hidden_states",
                    Map.of(
                            "hidden_states", latents,
                            "encoder_hidden_states", text,
                            "timestep", PlainArray.of(1 - TIME / 1000, 0.9)));
            assertAlike(made.each(value -> -value), torch(torch, latents, text), 5e-5);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1, 1, 1", "7, 3, 4, 1, 2", "4, 2, 5, 2, 1"})
    void flux2AnswersPlaceByPlace(int words, int height, int width, int doubles, int singles) {
        String json = "{'_class_name': 'Flux2Transformer2DModel', 'patch_size': 1, 'in_channels': 6, 'out_channels': 6,"
                + " 'guidance_embeds': false, 'num_attention_heads': 2, 'attention_head_dim': 10,"
                + " 'axes_dims_rope': [2, 4, 2, 2], 'timestep_guidance_channels': 8, 'mlp_ratio': 1.5, 'num_layers': "
                + doubles + ", 'num_single_layers': " + singles + ", 'joint_attention_dim': " + TEXT + "}";
        Flux2Config config = ComponentTrial.config(json, Flux2Config::read);
        MemoryWeights weights = MemoryWeights.random(Flux2Names.expected(config));
        PlainArray latents = PlainArray.random(1, 2, 6, height, width);
        PlainArray text = PlainArray.random(2, 2, words, TEXT);
        try (Flux2 torch = new Flux2(config, weights, Linears.plain(), Compute.cpu());
                ComponentTrial trial = ComponentTrial.of(
                        folder, Flux2Graph.of(config, weights, Element.FLOAT, path -> false), weights)) {
            PlainArray made = trial.ask(
                    "out_hidden_states",
                    Map.of(
                            "hidden_states", placed(latents),
                            "encoder_hidden_states", text,
                            "timestep", PlainArray.of(TIME / 1000, 0.1),
                            "txt_ids", PlainArray.filled(i -> i[1] == 3 ? i[0] : 0, words, 4),
                            "img_ids", PlainArray.filled(i -> place(i, width), (long) height * width, 4)));
            assertAlike(made, placed(torch(torch, latents, text)), 5e-5);
        }
    }

    /** Nothing, row, column, nothing. */
    private static int place(int[] index, int width) {
        return switch (index[1]) {
            case 1 -> index[0] / width;
            case 2 -> index[0] % width;
            default -> 0;
        };
    }

    private static PlainArray placed(PlainArray latents) {
        int width = latents.size(3);
        return PlainArray.filled(
                i -> latents.at(i[0], i[2], i[1] / width, i[1] % width),
                latents.size(0),
                (long) latents.size(2) * width,
                latents.size(1));
    }
}
