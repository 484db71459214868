package org.moslora.onnx.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.adapters.LoadedAdapters;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.datasets.tiny.TinyDiffusion;
import org.moslora.datasets.tiny.TinyLlava;
import org.moslora.datasets.tiny.TinyOptions;
import org.moslora.diffusion.schedule.SchedulerName;
import org.moslora.examples.Example;
import org.moslora.examples.image.PictureInput;
import org.moslora.examples.text.Encoded;
import org.moslora.generation.BeamSearch;
import org.moslora.generation.Decoder;
import org.moslora.generation.LanguageModelRunner;
import org.moslora.generation.TorchLanguageModelRunner;
import org.moslora.generation.image.Guidance;
import org.moslora.generation.image.ImageJob;
import org.moslora.generation.image.ImageSampler;
import org.moslora.generation.image.PictureModel;
import org.moslora.generation.image.PictureRunner;
import org.moslora.generation.image.TextReading;
import org.moslora.generation.image.TorchPictures;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.llava.LlavaConfig;
import org.moslora.llava.LlavaFolder;
import org.moslora.multimodal.MultimodalFolder;
import org.moslora.onnx.adapter.GraphAdapters;
import org.moslora.onnx.adapter.GraphFactor;
import org.moslora.onnx.export.ExportRequest;
import org.moslora.onnx.export.LlavaExport;
import org.moslora.onnx.export.PictureExport;
import org.moslora.onnx.graph.Element;
import org.moslora.onnx.session.RunSettings;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.DType;

/** Exported folders run to what libtorch computes on the models themselves, and adapters come and go. */
final class EngineTest {
    private static final RunSettings ONE_THREAD = RunSettings.of("cpu", 1);
    private static final String QUERY = "mid_block.attentions.0.transformer_blocks.0.attn1.to_q";
    private static final List<PictureInput> NO_PICTURES = List.of();

    @TempDir
    static Path folder;

    private static Path model;
    private static Path graphs;
    private static Path llava;
    private static Path talking;
    private static Path adapter;

    @BeforeAll
    static void export() throws IOException {
        Engine.start(1);
        model = TinyDiffusion.large(folder.resolve("sd"), 3, 0).model();
        llava = TinyLlava.write(folder.resolve("llava"), TinyOptions.standard().withPictures(1, 1))
                .model();
        graphs = folder.resolve("sd-onnx");
        talking = folder.resolve("llava-onnx");
        PictureExport.write(new ExportRequest(
                model, graphs, List.of(), true, List.of("to_q", "conv1"), false, Element.FLOAT, told -> {}));
        LlavaExport.write(
                new ExportRequest(llava, talking, List.of(), false, List.of(), true, Element.FLOAT, told -> {}));
        adapter = adapter("adapter", 1);
    }

    private static Path adapter(String name, int rows) throws IOException {
        try (PictureModel files = PictureModel.open(model, null, null, told -> {})) {
            long width = files.files().weights().entrySet().stream()
                    .filter(entry -> entry.getKey().folder().equals("unet"))
                    .findFirst()
                    .orElseThrow()
                    .getValue()
                    .info(QUERY + ".weight")
                    .shape()
                    .get(0);
            Map<String, List<GraphFactor>> all = new TreeMap<>();
            all.put(
                    "unet",
                    List.of(
                            random(QUERY + ".lora_A.weight", width - rows + 1, 2),
                            random(QUERY + ".lora_B.weight", 2, width)));
            Path out = Files.createDirectories(folder.resolve(name));
            GraphAdapters.write(out, new TreeMap<>(all), DType.F32);
            return out;
        }
    }

    private static GraphFactor random(String name, long rows, long columns) {
        Random random = new Random(name.hashCode());
        float[] values = new float[(int) (rows * columns)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return new GraphFactor(name, List.of(rows, columns), values);
    }

    private static byte[] painted(PictureRunner runner, List<ScaledAdapter> adapters, int side) {
        ImageJob job = new ImageJob(
                "a red circle",
                "blue",
                7,
                3,
                Guidance.free(4),
                SchedulerName.EULER_A,
                side,
                side + 8,
                TextReading.PLAIN,
                null);
        List<byte[]> made = new ArrayList<>();
        try (ImageSampler painter = new ImageSampler(
                runner.with(adapters),
                runner.traits()::scheduler,
                runner.traits().space())) {
            painter.paint(List.of(job), () -> {}, (index, picture) -> made.add(picture.rgb()));
            painter.finish();
        }
        return made.get(0);
    }

    private static OnnxPictures pictures() {
        return OnnxPictures.open(graphs, ONE_THREAD, told -> {});
    }

    private static void assertAlike(byte[] one, byte[] other) {
        assertThat(one).hasSameSizeAs(other);
        for (int i = 0; i < one.length; i++) {
            assertThat(Math.abs((one[i] & 0xff) - (other[i] & 0xff))).isLessThanOrEqualTo(1);
        }
    }

    @Test
    void picturesAreThoseOfLibtorch() {
        try (PictureRunner torch = new TorchPictures(PictureModel.open(model, null, null, told -> {}), Compute.cpu());
                PictureRunner onnx = pictures()) {
            assertThat(onnx.traits().guidance()).isEqualTo(torch.traits().guidance());
            for (int side : new int[] {16, 24}) {
                assertAlike(painted(onnx, List.of(), side), painted(torch, List.of(), side));
            }
        }
    }

    @Test
    void adaptersComeAndGo() {
        List<ScaledAdapter> whole = List.of(new ScaledAdapter(adapter, 1));
        List<ScaledAdapter> halves = List.of(new ScaledAdapter(adapter, 0.5), new ScaledAdapter(adapter, 0.5));
        try (OnnxPictures onnx = pictures()) {
            byte[] plain = painted(onnx, List.of(), 16);
            byte[] changed = painted(onnx, whole, 16);
            assertThat(changed).isNotEqualTo(plain);
            assertAlike(painted(onnx, halves, 16), changed);
            for (int turn = 0; turn < 3; turn++) {
                assertThat(painted(onnx, List.of(), 16)).isEqualTo(plain);
                assertThat(painted(onnx, whole, 16)).isEqualTo(changed);
            }
        }
    }

    @Test
    void adaptersThatDoNotFitAreNamed() throws IOException {
        Path narrow = adapter("narrow", 2);
        try (OnnxPictures onnx = pictures()) {
            assertThatThrownBy(() -> onnx.with(List.of(new ScaledAdapter(narrow, 1))))
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageContainingAll(QUERY, "has shape", "the graph takes");
        }
        try (OnnxLanguageModelRunner speaker =
                OnnxLanguageModelRunner.open(OnnxLanguageModelFolder.open(talking), List.of(), ONE_THREAD)) {
            assertThatThrownBy(() -> speaker.use(List.of(new ScaledAdapter(adapter, 1))))
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageContainingAll("adapters-as-inputs", "export adapter");
        }
    }

    @Test
    void aVocabularyThatTheConfigHasLostIsNamed() throws IOException {
        Path config = talking.resolve("config.json");
        String right = Files.readString(config);
        Files.writeString(config, right.replace("\"vocab_size\"", "\"vocabulary\""));
        try {
            assertThatThrownBy(() -> OnnxLanguageModelFolder.open(talking))
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageContainingAll("gives logits", "vocab_size 32000");
        } finally {
            Files.writeString(config, right);
        }
    }

    @Test
    void conversationsGoOnAsWithLibtorch() {
        int[] ids = new int[12];
        Arrays.setAll(ids, i -> 3 + i);
        try (MultimodalFolder<LlavaConfig> files = LlavaFolder.open(llava);
                LoadedAdapters none = LoadedAdapters.open(List.of());
                LanguageModelRunner torch = new TorchLanguageModelRunner(files.build(none, Compute.cpu()));
                LanguageModelRunner onnx =
                        OnnxLanguageModelRunner.open(OnnxLanguageModelFolder.open(talking), List.of(), ONE_THREAD);
                Decoder.Session one = torch.decoder().open(64);
                Decoder.Session other = onnx.decoder().open(64)) {
            assertClose(one.next(ids, NO_PICTURES), other.next(ids, NO_PICTURES));
            assertClose(one.next(new int[] {5}, NO_PICTURES), other.next(new int[] {5}, NO_PICTURES));
            one.rewind(8);
            other.rewind(8);
            assertThat(other.length()).isEqualTo(8);
            assertClose(one.next(new int[] {9, 4}, NO_PICTURES), other.next(new int[] {9, 4}, NO_PICTURES));
            one.rewind(0);
            other.rewind(0);
            assertClose(one.next(ids, NO_PICTURES), other.next(ids, NO_PICTURES));
            Example example = new Example(new Encoded("1", ids, ids, new int[0], List.of(), 0), NO_PICTURES);
            float[] losses = onnx.losses(List.of(example, example));
            assertThat(losses).hasSize(22);
            assertClose(torch.losses(List.of(example, example)), losses);
        }
    }

    @Test
    void picturesAreSeenAsWithLibtorch() {
        try (MultimodalFolder<LlavaConfig> files = LlavaFolder.open(llava);
                LoadedAdapters none = LoadedAdapters.open(List.of());
                LanguageModelRunner torch = new TorchLanguageModelRunner(files.build(none, Compute.cpu()));
                LanguageModelRunner onnx =
                        OnnxLanguageModelRunner.open(OnnxLanguageModelFolder.open(talking), List.of(), ONE_THREAD);
                Decoder.Session one = torch.decoder().open(64);
                Decoder.Session other = onnx.decoder().open(64)) {
            int side = files.config().vision().imageSize();
            float[] pixels = new float[3 * side * side];
            for (int i = 0; i < pixels.length; i++) {
                pixels[i] = (float) Math.sin(i);
            }
            PictureInput picture =
                    new PictureInput(pixels, side, side, files.config().imageTokens());
            int[] ids = new int[files.config().imageTokens() + 3];
            Arrays.fill(ids, files.config().imageToken());
            ids[0] = 4;
            ids[ids.length - 2] = 5;
            ids[ids.length - 1] = 6;
            assertClose(one.next(ids, List.of(picture)), other.next(ids, List.of(picture)));
        }
    }

    @Test
    void answersAreSearchedAsWithLibtorch() {
        try (MultimodalFolder<LlavaConfig> files = LlavaFolder.open(llava);
                LoadedAdapters none = LoadedAdapters.open(List.of());
                LanguageModelRunner torch = new TorchLanguageModelRunner(files.build(none, Compute.cpu()));
                LanguageModelRunner onnx =
                        OnnxLanguageModelRunner.open(OnnxLanguageModelFolder.open(talking), List.of(), ONE_THREAD)) {
            for (int beams : new int[] {1, 3}) {
                int[] answer = searched(torch, beams);
                assertThat(answer).hasSize(10);
                assertThat(searched(onnx, beams)).isEqualTo(answer);
            }
        }
    }

    private static int[] searched(LanguageModelRunner speaker, int beams) {
        return new BeamSearch(speaker.decoder(), -1, beams, 10).answer(new int[] {3, 4, 5, 6, 7}, NO_PICTURES);
    }

    @Test
    void blocksOfATextEncoderMayBeLeftOut() {
        Path first = TinyDiffusion.first(folder.resolve("sd1"), 4, 0).model();
        for (Element element : new Element[] {Element.FLOAT, Element.HALF}) {
            Path exported = folder.resolve("sd1-" + element);
            PictureExport.write(new ExportRequest(
                    first, exported, List.of(), false, List.of(), element == Element.FLOAT, element, told -> {}));
            try (PictureRunner torch =
                            new TorchPictures(PictureModel.open(first, null, null, told -> {}), Compute.cpu());
                    PictureRunner onnx = OnnxPictures.open(exported, ONE_THREAD, told -> {})) {
                float[] expected = skipped(torch);
                assertThat(expected).isNotEqualTo(states(torch, 0));
                assertThat(skipped(onnx))
                        .containsExactly(expected, Offset.offset(element == Element.FLOAT ? 1e-4f : 3e-2f));
            }
        }
    }

    private static float[] skipped(PictureRunner runner) {
        return states(runner, 1);
    }

    private static float[] states(PictureRunner runner, int clipSkip) {
        return runner.with(List.of())
                .texts()
                .of("a red circle", new TextReading(clipSkip, 0))
                .states();
    }

    private static void assertClose(float[] expected, float[] actual) {
        assertThat(actual).containsExactly(expected, Offset.offset(2e-4f));
    }

    @Test
    void partsThatAreMissingAreNamed() throws IOException {
        Path broken = folder.resolve("broken");
        PictureExport.write(
                new ExportRequest(model, broken, List.of(), false, List.of(), false, Element.FLOAT, told -> {}));
        Files.delete(broken.resolve("vae_decoder/model.onnx"));
        assertThatThrownBy(() -> OnnxPictures.open(broken, ONE_THREAD, told -> {}))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContainingAll("vae_decoder", "is missing");
        assertThatThrownBy(() -> OnnxLanguageModelFolder.open(broken))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("config.json");
    }

    @Test
    void aConfigThatIsNotItsGraphsIsNamed() throws IOException {
        Path config = talking.resolve("config.json");
        String right = Files.readString(config);
        Files.writeString(config, right.replaceFirst("\"hidden_size\": *\\d+", "\"hidden_size\": 512"));
        try {
            assertThatThrownBy(() -> OnnxLanguageModelFolder.open(talking))
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageContainingAll("decoder_model_merged.onnx", "inputs_embeds", "hidden_size 512");
        } finally {
            Files.writeString(config, right);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "unet, cross_attention_dim, cross_attention_dim 1280",
        "unet, block_out_channels, block_out_channels",
        "unet, addition_embed_type, addition_embed_type",
        "unet, projection_class_embeddings_input_dim, projection_class_embeddings_input_dim",
        "vae_decoder, block_out_channels, block_out_channels",
        "text_encoder, hidden_size, hidden_size 512",
        "text_encoder, num_hidden_layers, num_hidden_layers is 12",
        "text_encoder_2, projection_dim, projection_dim 512"
    })
    void aKeyThatAPictureModelsConfigHasLostIsNamed(String part, String key, String told) throws IOException {
        Path config = graphs.resolve(part).resolve("config.json");
        String right = Files.readString(config);
        JsonObject json = JsonParser.parseString(right).getAsJsonObject();
        assertThat(json.remove(key)).as(key).isNotNull();
        Files.writeString(config, json.toString());
        try {
            assertThatThrownBy(() -> OnnxPictures.open(graphs, ONE_THREAD, line -> {}))
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageContainingAll(graphs.resolve(part).toString(), told);
        } finally {
            Files.writeString(config, right);
        }
    }

    @Test
    void aTokenizerOfAnotherModelIsToldWithBothSizes() throws IOException {
        Path config = graphs.resolve("text_encoder/config.json");
        String right = Files.readString(config);
        Files.writeString(config, right.replaceFirst("\"vocab_size\": *\\d+", "\"vocab_size\": 11"));
        try {
            assertThatThrownBy(() -> OnnxPictures.open(graphs, ONE_THREAD, line -> {}))
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageContainingAll("tokenizer", "has ids up to", "has 11 rows (vocab_size)");
        } finally {
            Files.writeString(config, right);
        }
    }
}
