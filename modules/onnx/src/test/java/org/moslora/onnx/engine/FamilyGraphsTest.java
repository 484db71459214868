package org.moslora.onnx.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.moslora.examples.image.Picture;
import org.moslora.examples.image.PictureInput;
import org.moslora.examples.image.PicturePreparation;
import org.moslora.generation.Decoder;
import org.moslora.generation.TorchDecoder;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.layers.Linears;
import org.moslora.multimodal.MultimodalConfig;
import org.moslora.multimodal.MultimodalFolder;
import org.moslora.multimodal.MultimodalModel;
import org.moslora.multimodal.VisionFamilies;
import org.moslora.onnx.export.ExportRequest;
import org.moslora.onnx.export.LlavaExport;
import org.moslora.onnx.graph.Element;
import org.moslora.onnx.language.PatchGraph;
import org.moslora.onnx.session.GraphHeader;
import org.moslora.onnx.session.RunSettings;
import org.moslora.onnx.session.RunningGraph;
import org.moslora.problems.InvalidInput;
import org.moslora.qwen.QwenConfig;
import org.moslora.tensors.SafetensorsWriter;
import org.moslora.tensors.TensorData;

/** Graphs of every family of vision-language models say what the model itself says, picture after picture, word after word. */
class FamilyGraphsTest {
    private static final int IMAGE = 30;
    private static final String TEXT = "'hidden_size': 16, 'intermediate_size': 20, 'num_hidden_layers': 2,"
            + " 'num_attention_heads': 2, 'num_key_value_heads': 1, 'vocab_size': 32, 'max_position_embeddings': 512";
    private static final String ROPE = ", 'head_dim': 8, 'rope_scaling': {'type': 'mrope', 'mrope_section': [2, 1, 1]}";
    private static final String TOWER = "'hidden_size': 16, 'intermediate_size': 12, 'num_heads': 2, 'depth': 2";
    private static final String SQUARES = "'hidden_size': 16, 'intermediate_size': 12, 'num_hidden_layers': 3,"
            + " 'num_attention_heads': 2, 'patch_size': 14";

    @TempDir
    Path folder;

    static Stream<Arguments> families() {
        return Stream.of(
                Arguments.of("{'model_type': 'qwen2_vl', 'image_token_id': 30, " + TEXT
                        + ", 'rope_scaling': {'type': 'mrope', 'mrope_section': [2, 1, 1]}, 'vision_config':"
                        + " {'embed_dim': 16, 'mlp_ratio': 2, 'hidden_size': 16, 'num_heads': 2, 'depth': 2}}"),
                Arguments.of("{'model_type': 'qwen2_5_vl', 'image_token_id': 30, " + TEXT
                        + ", 'rope_scaling': {'type': 'mrope', 'mrope_section': [2, 1, 1]}, 'vision_config': {" + TOWER
                        + ", 'out_hidden_size': 16, 'window_size': 56, 'fullatt_block_indexes': [1]}}"),
                Arguments.of("{'model_type': 'qwen3_vl', 'image_token_id': 30, 'text_config': {" + TEXT + ROPE
                        + "}, 'vision_config': {" + TOWER + ", 'out_hidden_size': 16, 'num_position_embeddings': 9,"
                        + " 'deepstack_visual_indexes': [0]}}"),
                Arguments.of(
                        "{'model_type': 'llava_next', 'image_token_index': 30, 'image_grid_pinpoints': [[28, 56], [56,"
                                + " 28]], 'text_config': {'model_type': 'llama', " + TEXT
                                + "}, 'vision_config': {'model_type':"
                                + " 'clip_vision_model', 'image_size': 28, " + SQUARES + "}}"),
                Arguments.of("{'model_type': 'llava_onevision', 'image_token_index': 30, 'vision_aspect_ratio':"
                        + " 'anyres_max_1', 'image_grid_pinpoints': [[30, 60], [60, 30]], 'vision_feature_layer':"
                        + " -1, 'vision_feature_select_strategy': 'full', 'text_config': {'model_type': 'qwen2', "
                        + TEXT
                        + "}, 'vision_config': {'model_type': 'siglip_vision_model', 'image_size': 30, "
                        + SQUARES + "}}"));
    }

    @ParameterizedTest
    @MethodSource("families")
    void graphsSayWhatTheModelSays(String config) throws Exception {
        Engine.start(1);
        Path model = model(config.replace('\'', '"'));
        Path out = folder.resolve("out");
        LlavaExport.write(new ExportRequest(model, out, List.of(), false, List.of(), false, Element.FLOAT, told -> {}));
        OnnxLanguageModelFolder graphs = OnnxLanguageModelFolder.open(out);
        try (MultimodalFolder<MultimodalConfig> files = VisionFamilies.open(model);
                MultimodalModel whole = files.build(Linears.plain(), Compute.cpu());
                OnnxLanguageModelRunner runner =
                        OnnxLanguageModelRunner.open(graphs, List.of(), new RunSettings(1, -1));
                Decoder.Session wanted = new TorchDecoder(whole).open(200);
                Decoder.Session made = runner.decoder().open(200)) {
            PicturePreparation preparation = files.config().preparation(model, null);
            PictureInput one = preparation.input(picture(60, 90), true);
            PictureInput other = preparation.input(picture(100, 60), true);
            agree(wanted, made, ids(one, 3), List.of(one));
            agree(wanted, made, new int[] {9}, List.of());
            agree(wanted, made, ids(other, 2), List.of(other));
            wanted.rewind(one.tokens() + 3);
            made.rewind(one.tokens() + 3);
            agree(wanted, made, new int[] {4, 6}, List.of());
        }
    }

    static Stream<Arguments> towersOfPatches() {
        return families().filter(family -> family.get()[0].toString().contains("_vl'"));
    }

    @ParameterizedTest
    @MethodSource("towersOfPatches")
    void picturesTogetherAreSeenAsEachAlone(String config) throws Exception {
        Path model = model(config.replace('\'', '"'));
        QwenConfig qwen = (QwenConfig) VisionFamilies.config(model);
        Path out = folder.resolve("out");
        LlavaExport.write(new ExportRequest(model, out, List.of(), false, List.of(), false, Element.FLOAT, told -> {}));
        GraphHeader header = OnnxLanguageModelFolder.open(out).graph(OnnxLanguageModelFolder.VISION);
        long[][] grids = {{1, 8, 10}, {1, 2, 2}, {2, 6, 4}, {1, 4, 14}};
        float[] alone = new float[0];
        float[] all = new float[0];
        try (RunningGraph graph = RunningGraph.open(header, new RunSettings(1, -1))) {
            VisionRuns runs = new VisionRuns(graph, null, List.of("image_features"));
            for (long[] grid : grids) {
                for (int time = 0; time < grid[0]; time++) {
                    float[] own = pixels(PatchGraph.numbers(qwen.vision()) * (int) (grid[1] * grid[2]));
                    alone = joined(alone, seen(runs, qwen, own, 1, grid[1], grid[2]));
                    all = joined(all, own);
                }
            }
            long[] said = Arrays.stream(grids).flatMapToLong(Arrays::stream).toArray();
            assertThat(seen(runs, qwen, all, said)).containsExactly(alone, within(1e-5f));
        }
    }

    private static float[] seen(VisionRuns runs, QwenConfig config, float[] pixels, long... grid) {
        int numbers = PatchGraph.numbers(config.vision());
        return runs.run(List.of(
                        VisionRuns.Given.floats("pixel_values", pixels, pixels.length / numbers, numbers),
                        VisionRuns.Given.whole(PatchGraph.grid(config), grid, grid.length / 3, 3)))
                .get(0);
    }

    private static float[] pixels(int count) {
        float[] pixels = new float[count];
        Random random = new Random(count);
        for (int i = 0; i < count; i++) {
            pixels[i] = (float) random.nextGaussian();
        }
        return pixels;
    }

    private static float[] joined(float[] before, float[] after) {
        float[] all = Arrays.copyOf(before, before.length + after.length);
        System.arraycopy(after, 0, all, before.length, after.length);
        return all;
    }

    @Test
    void aGraphThatKeepsNoScoresSeesPicturesInMemoryThatGrowsWithTheirPatches() throws Exception {
        GraphFeatures features = features(true, () -> 600L << 20);

        assertThat(features.of(new PictureInput(new float[0], 200, 200, 10_000)))
                .hasSize(16);
        assertThatThrownBy(() -> features.of(new PictureInput(new float[0], 2000, 200, 100_000)))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("of 400,000 patches needs about");
    }

    @Test
    void aPictureWhoseScoresDoNotFitIsRefusedByItsPatches() throws Exception {
        assertThatThrownBy(() ->
                        features(false, () -> 4L * 10_000 * 10_000).of(new PictureInput(new float[0], 100, 100, 2500)))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("of 10,000 patches needs about")
                .hasMessageContaining("export the model again");
    }

    private GraphFeatures features(boolean blockwise, LongSupplier memory) throws IOException {
        String config = "{'model_type': 'qwen3_vl', 'image_token_id': 30, 'text_config': {" + TEXT + ROPE
                + "}, 'vision_config': {" + TOWER + ", 'out_hidden_size': 16, 'deepstack_visual_indexes': [0]}}";
        Path model = Files.createDirectories(folder.resolve("config"));
        Files.writeString(model.resolve("config.json"), config.replace('\'', '"'));
        return GraphFeatures.of(VisionFamilies.config(model), given -> List.of(new float[16]), blockwise, memory);
    }

    private static void agree(Decoder.Session wanted, Decoder.Session made, int[] ids, List<PictureInput> pictures) {
        assertThat(made.next(ids, pictures)).containsExactly(wanted.next(ids, pictures), within(1e-4f));
    }

    /** A word, a picture, some more words. */
    private static int[] ids(PictureInput picture, int words) {
        int[] ids = new int[1 + picture.tokens() + words];
        Arrays.fill(ids, IMAGE);
        ids[0] = 5;
        for (int i = 0; i < words; i++) {
            ids[1 + picture.tokens() + i] = 7 + i;
        }
        return ids;
    }

    private static Picture picture(int width, int height) {
        byte[] rgb = new byte[3 * width * height];
        new Random(width).nextBytes(rgb);
        return new Picture(width, height, rgb);
    }

    private Path model(String config) throws IOException {
        Path model = Files.createDirectories(folder.resolve("model"));
        Files.writeString(model.resolve("config.json"), config);
        Random random = new Random(5);
        List<TensorData> tensors = new ArrayList<>();
        VisionFamilies.config(model).expected().forEach((name, shape) -> {
            float[] values = new float[Math.toIntExact(shape.stream().reduce(1L, (a, b) -> a * b))];
            boolean norm = name.matches(".*(norm|ln_q|layrnorm)[^.]*\\.weight");
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (0.2 * random.nextGaussian() + (norm ? 1 : 0));
            }
            tensors.add(TensorData.of(name, shape, values));
        });
        SafetensorsWriter.write(model.resolve("model.safetensors"), tensors, Map.of("format", "pt"));
        return model;
    }
}
