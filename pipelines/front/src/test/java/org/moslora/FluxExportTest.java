package org.moslora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoraAdapter;
import ai.onnxruntime.OrtSession;
import java.net.URISyntaxException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.examples.clip.ClipTokenizer;
import org.moslora.examples.t5.T5Tokenizer;
import org.moslora.generation.image.AdaptedPictures;
import org.moslora.generation.image.Conditions;
import org.moslora.generation.image.Denoiser;
import org.moslora.generation.image.ImageModel;
import org.moslora.generation.image.LatentShape;
import org.moslora.generation.image.LoadedTexts;
import org.moslora.generation.image.PromptEmbedding;
import org.moslora.generation.image.TextReading;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.layers.Linears;
import org.moslora.onnx.engine.OnnxPictures;
import org.moslora.onnx.export.ExportRequest;
import org.moslora.onnx.export.PictureExport;
import org.moslora.onnx.graph.Element;
import org.moslora.onnx.session.AdapterCache;
import org.moslora.onnx.session.GraphHeader;
import org.moslora.onnx.session.RunSettings;
import org.moslora.onnx.session.RunningGraph;
import org.moslora.problems.InvalidInput;

/** A FLUX.1 as ONNX graphs answers what it answers on libtorch, without an adapter and with one given at run time. */
final class FluxExportTest {
    private static final int WORDS = 12;
    private static final LatentShape SHAPE = new LatentShape(4, 4, 6);
    private static final String PROMPT = "a photo of sks cat";
    private static final double TIME = 437.5;
    private static final double GUIDANCE = 2.5;

    @TempDir
    private Path folder;

    private final Path model = resource("flux/model");
    private final Path adapter = resource("flux/kohya.safetensors");

    private static Path resource(String name) {
        try {
            return Path.of(Objects.requireNonNull(FluxExportTest.class.getResource("streams/" + name))
                    .toURI());
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @BeforeEach
    void export() {
        Engine.start(1);
        PictureExport.write(new ExportRequest(
                model, folder.resolve("out"), List.of(), true, List.of(), false, Element.FLOAT, told -> {}));
    }

    private RunningGraph graph(String part) {
        GraphHeader header =
                GraphHeader.read(folder.resolve("out").resolve(part).resolve("model.onnx"));
        return RunningGraph.open(header, RunSettings.of("cpu", 1));
    }

    private static OnnxTensor floats(float[] values, long... shape) {
        FloatBuffer buffer = RunningGraph.floats(values.length);
        buffer.put(values).rewind();
        return RunningGraph.tensor(buffer, shape);
    }

    private static float[] run(
            RunningGraph graph, Map<String, OnnxTensor> inputs, String output, @Nullable OrtLoraAdapter with)
            throws OrtException {
        try (OrtSession.Result result = graph.run(inputs, Set.of(output), Map.of(), with, false)) {
            FloatBuffer buffer = ((OnnxTensor) result.get(output).orElseThrow()).getFloatBuffer();
            float[] values = new float[buffer.remaining()];
            buffer.get(values);
            return values;
        }
    }

    private static void assertClose(float[] actual, float[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).as("entry %d", i).isCloseTo(expected[i], within(2e-5f));
        }
    }

    /** [places, channel · row · column], as diffusers packs latents. */
    private static float[] packed(float[] latents) {
        float[] rows = new float[latents.length];
        int width = SHAPE.width();
        for (int c = 0; c < SHAPE.channels(); c++) {
            for (int y = 0; y < SHAPE.height(); y++) {
                for (int x = 0; x < width; x++) {
                    int place = y / 2 * (width / 2) + x / 2;
                    rows[(place * SHAPE.channels() + c) * 4 + y % 2 * 2 + x % 2] =
                            latents[(c * SHAPE.height() + y) * width + x];
                }
            }
        }
        return rows;
    }

    private static float[] places() {
        int width = SHAPE.width() / 2;
        float[] ids = new float[3 * width * SHAPE.height() / 2];
        for (int i = 0; i < ids.length / 3; i++) {
            ids[3 * i + 1] = i / width;
            ids[3 * i + 2] = i % width;
        }
        return ids;
    }

    @Test
    void textEncodersGiveWhatTheyGiveOnLibtorch() throws OrtException {
        try (ImageModel opened = ImageModel.open(model, null, null, told -> {});
                LoadedTexts texts = opened.texts(Linears.plain(), Compute.cpu());
                T5Tokenizer deep = T5Tokenizer.open(model.resolve("tokenizer_2"));
                ClipTokenizer clip = ClipTokenizer.open(model.resolve("tokenizer"));
                RunningGraph first = graph("text_encoder");
                RunningGraph second = graph("text_encoder_2")) {
            for (int length : new int[] {WORDS, 200}) {
                PromptEmbedding words = texts.of(PROMPT, new TextReading(0, length));
                assertClose(
                        run(second, ids(second, deep.encode(PROMPT, length).ids()), "last_hidden_state", null),
                        words.states());
                assertClose(
                        run(first, ids(first, clip.encode(PROMPT).ids()), "pooler_output", null),
                        Objects.requireNonNull(words.pooled()));
            }
        }
    }

    private static Map<String, OnnxTensor> ids(RunningGraph graph, int[] ids) {
        long[] wide = Arrays.stream(ids).asLongStream().toArray();
        return Map.of("input_ids", graph.whole("input_ids", wide, 1, wide.length));
    }

    @Test
    void theTransformerAnswersAsOnLibtorchWithAnAdapterAndWithout() throws OrtException {
        float[] latents = new float[SHAPE.size()];
        Random random = new Random(4);
        for (int i = 0; i < latents.length; i++) {
            latents[i] = (float) random.nextGaussian();
        }
        try (ImageModel opened = ImageModel.open(model, null, null, told -> {});
                RunningGraph graph = graph("transformer");
                AdapterCache shelf = new AdapterCache(
                        Map.of("transformer", graph.header()), Map.of("transformer", "transformer."), 1)) {
            assertThat(graph.header().inputs().keySet())
                    .contains("hidden_states", "encoder_hidden_states", "pooled_projections", "timestep", "guidance")
                    .contains("txt_ids", "img_ids");
            float[] plain = mustAgree(opened, graph, latents, List.of(), null);
            List<ScaledAdapter> on = List.of(new ScaledAdapter(adapter, 0.8));
            float[] adapted = mustAgree(opened, graph, latents, on, shelf.of(on).of("transformer"));
            assertThat(adapted).isNotEqualTo(plain);
        }
    }

    private static float[] mustAgree(
            ImageModel opened,
            RunningGraph graph,
            float[] latents,
            List<ScaledAdapter> adapters,
            @Nullable OrtLoraAdapter given)
            throws OrtException {
        try (AdaptedPictures loaded = opened.adapted(adapters, Compute.cpu())) {
            PromptEmbedding words = loaded.engine().texts().of(PROMPT, new TextReading(0, WORDS));
            Conditions conditions = new Conditions(SHAPE, List.of(words), List.of(), List.of(GUIDANCE));
            float[] expected;
            try (Denoiser.Session session = loaded.engine().denoiser().open(conditions)) {
                expected = session.answer(latents, TIME);
            }
            float[] pooled = Objects.requireNonNull(words.pooled());
            long places = (long) SHAPE.height() * SHAPE.width() / 4;
            Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
            inputs.put("hidden_states", floats(packed(latents), 1, places, 4L * SHAPE.channels()));
            inputs.put("encoder_hidden_states", floats(words.states(), 1, WORDS, words.states().length / WORDS));
            inputs.put("pooled_projections", floats(pooled, 1, pooled.length));
            inputs.put("timestep", floats(new float[] {(float) (TIME / 1000)}, 1));
            inputs.put("guidance", floats(new float[] {(float) GUIDANCE}, 1));
            inputs.put("txt_ids", floats(new float[3 * WORDS], WORDS, 3));
            inputs.put("img_ids", floats(places(), places, 3));
            float[] answer = run(graph, inputs, "out_hidden_states", given);
            assertClose(answer, packed(expected));
            return answer;
        }
    }

    @Test
    void theFolderIsWhole() {
        Path out = folder.resolve("out");
        for (String part : List.of("text_encoder", "text_encoder_2", "transformer", "vae_encoder", "vae_decoder")) {
            assertThat(out.resolve(part).resolve("model.onnx")).isRegularFile();
            assertThat(out.resolve(part).resolve("config.json")).isRegularFile();
        }
        assertThat(out.resolve("text_encoder_2/config.json")).content().contains("num_hidden_layers");
        assertThat(out.resolve("vae_decoder/config.json")).content().contains("shift_factor");
        assertThat(out.resolve("tokenizer_2/tokenizer.json")).isRegularFile();
        assertThat(out.resolve("scheduler/scheduler_config.json")).isRegularFile();
        assertThat(Files.exists(out.resolve("model_index.json"))).isTrue();
        assertThatThrownBy(() -> OnnxPictures.open(out, RunSettings.of("cpu", 1), told -> {}))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("is an exported FLUX.1 (FluxPipeline)");
        assertThatThrownBy(() -> PictureExport.write(new ExportRequest(
                        model, folder.resolve("half"), List.of(), true, List.of(), false, Element.HALF, told -> {})))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("overflows in fp16");
        assertThatThrownBy(() -> PictureExport.write(new ExportRequest(
                        resource("sd35/model"),
                        folder.resolve("third"),
                        List.of(),
                        true,
                        List.of(),
                        false,
                        Element.FLOAT,
                        told -> {})))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("is of Stable Diffusion 3, which is not exported");
    }
}
