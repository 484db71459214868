package org.moslora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoraAdapter;
import ai.onnxruntime.OrtSession;
import java.net.URISyntaxException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.diffusion.folder.ImageModelFiles;
import org.moslora.diffusion.folder.Sites;
import org.moslora.examples.text.TextTokenizer;
import org.moslora.generation.image.AdaptedPictures;
import org.moslora.generation.image.Conditions;
import org.moslora.generation.image.Denoiser;
import org.moslora.generation.image.ImageJob;
import org.moslora.generation.image.ImageModel;
import org.moslora.generation.image.ImageSampler;
import org.moslora.generation.image.LatentShape;
import org.moslora.generation.image.PictureRunner;
import org.moslora.generation.image.PromptEmbedding;
import org.moslora.generation.image.TextReading;
import org.moslora.generation.image.TorchPictures;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.layers.Site;
import org.moslora.onnx.engine.OnnxPictures;
import org.moslora.onnx.export.ExportRequest;
import org.moslora.onnx.export.PictureExport;
import org.moslora.onnx.graph.Element;
import org.moslora.onnx.session.AdapterCache;
import org.moslora.onnx.session.GraphHeader;
import org.moslora.onnx.session.RunSettings;
import org.moslora.onnx.session.RunningGraph;
import org.moslora.tensors.SafetensorsWriter;
import org.moslora.tensors.TensorData;

/** A model and the folder of graphs that it was exported into, to be run beside each other. */
record ExportedModel(Path model, Path out) {
    static final String PROMPT = "a photo of sks cat";
    static final double TIME = 437.5;
    static final double GUIDANCE = 2.5;
    private static final String TRANSFORMER = "transformer";
    private static final long RANK = 2;
    private static final int PAINTED_WORDS = 24;

    /** One of the models among the tests' resources, or something else there. */
    static Path resource(String name) {
        try {
            return Path.of(Objects.requireNonNull(ExportedModel.class.getResource("streams/" + name))
                    .toURI());
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    static ExportRequest request(Path model, Path out, Element stored) {
        return new ExportRequest(model, out, List.of(), true, List.of(), false, stored, told -> {});
    }

    /** Exports, all layers taking pairs. */
    static ExportedModel of(Path model, Path out) {
        Engine.start(1);
        PictureExport.write(request(model, out, Element.FLOAT));
        return new ExportedModel(model, out);
    }

    /** Writes an adapter that changes every linear of the transformer. */
    Path everywhere(Path file) {
        Random random = new Random(9);
        List<TensorData> tensors = new ArrayList<>();
        try (ImageModelFiles files = ImageModel.files(model)) {
            for (Site site : Sites.of(files).values()) {
                if (site.path().startsWith(TRANSFORMER) && site.kernel().isEmpty()) {
                    tensors.add(normal(site.path() + ".lora_A.weight", RANK, site.inputs(), random));
                    tensors.add(normal(site.path() + ".lora_B.weight", site.outputs(), RANK, random));
                }
            }
        }
        SafetensorsWriter.write(file, tensors, Map.of("format", "pt"));
        return file;
    }

    private static TensorData normal(String name, long rows, long columns, Random random) {
        float[] values = new float[(int) (rows * columns)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (0.2 * random.nextGaussian() / Math.sqrt(columns));
        }
        return TensorData.of(name, List.of(rows, columns), values);
    }

    /** Ids of a prompt as a chat model is told it, and nothing that fills it up. */
    int[] chat(String ending) {
        try (TextTokenizer tokenizer = TextTokenizer.open(model.resolve("tokenizer"))) {
            return tokenizer.encode("<|im_start|>user\n" + PROMPT + "<|im_end|>\n<|im_start|>assistant\n" + ending);
        }
    }

    /** The id that fills such a text up. */
    int filling() {
        try (TextTokenizer tokenizer = TextTokenizer.open(model.resolve("tokenizer"))) {
            return tokenizer.tokenId("<|endoftext|>");
        }
    }

    RunningGraph graph(String part) {
        GraphHeader header = GraphHeader.read(out.resolve(part).resolve("model.onnx"));
        return RunningGraph.open(header, RunSettings.of("cpu", 1));
    }

    ImageModel opened() {
        return ImageModel.open(model, null, null, told -> {});
    }

    static OnnxTensor floats(float[] values, long... shape) {
        FloatBuffer buffer = RunningGraph.floats(values.length);
        buffer.put(values).rewind();
        return RunningGraph.tensor(buffer, shape);
    }

    static Map<String, OnnxTensor> ids(RunningGraph graph, int[] ids) {
        long[] wide = Arrays.stream(ids).asLongStream().toArray();
        return Map.of("input_ids", graph.whole("input_ids", wide, 1, wide.length));
    }

    static float[] run(RunningGraph graph, Map<String, OnnxTensor> inputs, String output) throws OrtException {
        return run(graph, inputs, output, null);
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

    static void assertClose(float[] actual, float[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        // Small entries of a row are sums of large ones, and rounded as these are.
        float largest = 1;
        for (float value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        float allowed = 2e-5f * largest;
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).as("entry %d", i).isCloseTo(expected[i], within(allowed));
        }
    }

    /** Both engines paint the same pictures to a level, without the adapter and with it. */
    void checkPictures(Path adapter, int side) {
        List<ScaledAdapter> on = List.of(new ScaledAdapter(adapter, 0.8));
        try (PictureRunner torch = new TorchPictures(opened(), Compute.cpu());
                PictureRunner onnx = OnnxPictures.open(out, RunSettings.of("cpu", 1), told -> {})) {
            byte[] plain = painted(torch, List.of(), side);
            byte[] changed = painted(torch, on, side);
            assertThat(changed).isNotEqualTo(plain);
            assertAlike(painted(onnx, List.of(), side), plain);
            assertAlike(painted(onnx, on, side), changed);
            assertAlike(painted(onnx, List.of(), side), plain);
        }
    }

    private static void assertAlike(byte[] one, byte[] other) {
        assertThat(one).hasSameSizeAs(other);
        for (int i = 0; i < one.length; i++) {
            assertThat(Math.abs((one[i] & 0xff) - (other[i] & 0xff))).isLessThanOrEqualTo(1);
        }
    }

    private static byte[] painted(PictureRunner runner, List<ScaledAdapter> adapters, int side) {
        ImageJob job = runner.traits().usual(PROMPT, 7, 3, side, PAINTED_WORDS);
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

    /** What a transformer is asked, and how its graph lays latents out. */
    interface Asking {
        LatentShape shape();

        /** Tokens of the text. */
        int words();

        Map<String, OnnxTensor> inputs(float[] latents, PromptEmbedding words);

        /** The answer on libtorch, [channels, height, width], as the graph gives it. */
        float[] laid(float[] latents);
    }

    /** The transformer answers without an adapter and with one as it does on libtorch. */
    void checkTransformer(Asking asking, Path adapter) throws OrtException {
        float[] latents = new float[asking.shape().size()];
        Random random = new Random(4);
        for (int i = 0; i < latents.length; i++) {
            latents[i] = (float) random.nextGaussian();
        }
        try (ImageModel opened = opened();
                RunningGraph graph = graph(TRANSFORMER);
                AdapterCache shelf = new AdapterCache(
                        Map.of(TRANSFORMER, graph.header()), Map.of(TRANSFORMER, TRANSFORMER + "."), 1)) {
            float[] plain = mustAgree(opened, graph, latents, asking, List.of(), null);
            List<ScaledAdapter> on = List.of(new ScaledAdapter(adapter, 0.8));
            float[] adapted =
                    mustAgree(opened, graph, latents, asking, on, shelf.of(on).of(TRANSFORMER));
            assertThat(adapted).isNotEqualTo(plain);
        }
    }

    private static float[] mustAgree(
            ImageModel opened,
            RunningGraph graph,
            float[] latents,
            Asking asking,
            List<ScaledAdapter> adapters,
            @Nullable OrtLoraAdapter given)
            throws OrtException {
        try (AdaptedPictures loaded = opened.adapted(adapters, Compute.cpu())) {
            PromptEmbedding words = loaded.engine().texts().of(PROMPT, new TextReading(0, asking.words()));
            Conditions conditions = new Conditions(asking.shape(), List.of(words), List.of(), List.of(GUIDANCE));
            float[] expected;
            try (Denoiser.Session session = loaded.engine().denoiser().open(conditions)) {
                expected = session.answer(latents, TIME);
            }
            float[] answer = run(graph, asking.inputs(latents, words), "out_hidden_states", given);
            assertClose(answer, asking.laid(expected));
            return answer;
        }
    }
}
