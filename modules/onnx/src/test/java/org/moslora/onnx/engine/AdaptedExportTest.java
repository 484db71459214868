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
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.adapters.LoadedAdapters;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.datasets.tiny.TinyLlava;
import org.moslora.datasets.tiny.TinyOptions;
import org.moslora.examples.image.PictureInput;
import org.moslora.generation.Decoder;
import org.moslora.generation.LanguageModelRunner;
import org.moslora.generation.TorchLanguageModelRunner;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.layers.Site;
import org.moslora.llava.LlavaConfig;
import org.moslora.llava.LlavaFolder;
import org.moslora.multimodal.MultimodalFolder;
import org.moslora.multimodal.MultimodalModel;
import org.moslora.onnx.export.ExportRequest;
import org.moslora.onnx.export.LlavaExport;
import org.moslora.onnx.graph.Element;
import org.moslora.onnx.session.RunSettings;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.SafetensorsWriter;
import org.moslora.tensors.TensorData;

/** An adapter says the same on libtorch, added into exported weights, and given to exported graphs as inputs. */
final class AdaptedExportTest {
    @TempDir
    private static Path folder;

    private static Path llava;
    private static Path asInputs;
    private static LlavaConfig config;
    private static Map<String, Site> sites;

    @BeforeAll
    static void write() {
        Engine.start(1);
        llava = TinyLlava.write(folder.resolve("llava"), TinyOptions.standard().withPictures(1, 1))
                .model();
        try (MultimodalFolder<LlavaConfig> files = LlavaFolder.open(llava)) {
            config = files.config();
            sites = files.sites();
        }
        asInputs = folder.resolve("inputs");
        LlavaExport.write(request(asInputs, true, List.of()));
    }

    private static ExportRequest request(Path out, boolean inputs, List<String> targets, ScaledAdapter... adapters) {
        return new ExportRequest(llava, out, List.of(adapters), inputs, targets, false, Element.FLOAT, told -> {});
    }

    /** A LoRA of every linear of tower, projector and decoder, or of those with one name. */
    private static Path adapter(String name, String only, int rank, boolean dora) throws IOException {
        Random random = new Random(name.hashCode());
        List<TensorData> tensors = new ArrayList<>();
        TreeSet<String> modules = new TreeSet<>();
        for (Site site : sites.values()) {
            if (site.isEmbedding() || !site.path().endsWith(only)) {
                continue;
            }
            String key = "base_model.model." + site.path();
            tensors.add(normal(random, key + ".lora_A.weight", rank, site.inputs()));
            tensors.add(normal(random, key + ".lora_B.weight", site.outputs(), rank));
            if (dora) {
                float[] magnitude = new float[(int) site.outputs()];
                Arrays.fill(magnitude, 2);
                tensors.add(TensorData.of(key + ".lora_magnitude_vector", List.of(site.outputs()), magnitude));
            }
            modules.add('"' + site.path().substring(site.path().lastIndexOf('.') + 1) + '"');
        }
        Path path = Files.createDirectories(folder.resolve(name));
        SafetensorsWriter.write(path.resolve("adapter_model.safetensors"), tensors, Map.of("format", "pt"));
        Files.writeString(
                path.resolve("adapter_config.json"),
                "{\"peft_type\": \"LORA\", \"r\": " + rank + ", \"lora_alpha\": 4, \"use_dora\": " + dora
                        + ", \"target_modules\": " + modules + "}");
        return path;
    }

    private static TensorData normal(Random random, String name, long rows, long columns) {
        float[] values = new float[(int) (rows * columns)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (0.5 * random.nextGaussian() / Math.sqrt(columns));
        }
        return TensorData.of(name, List.of(rows, columns), values);
    }

    /** What is said after a picture and some words. */
    private static float[] said(LanguageModelRunner runner) {
        int side = config.vision().imageSize();
        float[] pixels = new float[3 * side * side];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (float) Math.sin(0.37 * i);
        }
        int[] ids = new int[config.imageTokens() + 4];
        Arrays.fill(ids, 6);
        Arrays.fill(ids, 1, 1 + config.imageTokens(), config.imageToken());
        try (Decoder.Session session = runner.decoder().open(128)) {
            return session.next(ids, List.of(new PictureInput(pixels, side, side, config.imageTokens())));
        }
    }

    private static float[] torch(ScaledAdapter... adapters) {
        try (MultimodalFolder<LlavaConfig> files = LlavaFolder.open(llava);
                LoadedAdapters loaded = LoadedAdapters.open(List.of(adapters))) {
            MultimodalModel model = files.build(loaded, Compute.cpu());
            loaded.attach(model.arena(), Compute.cpu());
            try (LanguageModelRunner torch = new TorchLanguageModelRunner(model)) {
                return said(torch);
            }
        }
    }

    private static float[] onnx(Path graphs, ScaledAdapter... adapters) {
        try (OnnxLanguageModelRunner runner = OnnxLanguageModelRunner.open(
                OnnxLanguageModelFolder.open(graphs), List.of(adapters), RunSettings.of("cpu", 1))) {
            return said(runner);
        }
    }

    private static void alike(float[] made, float[] wanted) {
        assertThat(made).containsExactly(wanted, within(5e-4f));
    }

    @Test
    void severalAdaptersSayTheSameInEveryWay() throws IOException {
        ScaledAdapter one = new ScaledAdapter(adapter("one", "", 2, false), 0.75);
        ScaledAdapter other = new ScaledAdapter(adapter("other", "q_proj", 3, false), -0.5);
        float[] wanted = torch(one, other);
        assertThat(wanted).isNotEqualTo(torch(one)).isNotEqualTo(torch());
        alike(onnx(asInputs, one, other), wanted);
        Path merged = folder.resolve("merged");
        LlavaExport.write(request(merged, false, List.of(), one, other));
        alike(onnx(merged), wanted);
        alike(onnx(asInputs), torch());
    }

    @Test
    void anAdapterThatIsNoPairIsMergedButNotGivenAsInputs() throws IOException {
        ScaledAdapter dora = new ScaledAdapter(adapter("dora", "v_proj", 2, true), 1);
        Path merged = folder.resolve("dora-merged");
        LlavaExport.write(request(merged, false, List.of(), dora));
        alike(onnx(merged), torch(dora));
        assertThatThrownBy(() -> onnx(asInputs, dora))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContainingAll(dora.path().toString(), "no low-rank pair");
    }

    @Test
    void layersThatAnAdapterNamesAreThoseThatTakeInputs() throws IOException {
        ScaledAdapter named = new ScaledAdapter(adapter("named", "o_proj", 2, false), 1);
        Path graphs = folder.resolve("named-graphs");
        LlavaExport.write(request(graphs, true, List.of(), named));
        OnnxLanguageModelFolder opened = OnnxLanguageModelFolder.open(graphs);
        assertThat(opened.graph(OnnxLanguageModelFolder.DECODER).optional().keySet())
                .isNotEmpty()
                .allMatch(input -> input.contains(".o_proj.lora_"));
        assertThat(opened.graph(OnnxLanguageModelFolder.VISION).optional()).isEmpty();
        alike(onnx(graphs), torch());
        alike(onnx(graphs, named), torch(named));
        ScaledAdapter wider = new ScaledAdapter(adapter("wider", "k_proj", 2, false), 1);
        assertThatThrownBy(() -> onnx(graphs, wider))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContainingAll(wider.path().toString(), "k_proj");
    }

    @ParameterizedTest
    @ValueSource(strings = {"language", "projector"})
    void targetsChooseThePartsThatTheyName(String target) {
        Path graphs = folder.resolve("target-" + target);
        LlavaExport.write(request(graphs, true, List.of(target.equals("language") ? "gate_proj" : "linear_2")));
        OnnxLanguageModelFolder opened = OnnxLanguageModelFolder.open(graphs);
        boolean language = target.equals("language");
        assertThat(opened.graph(OnnxLanguageModelFolder.DECODER).optional().isEmpty())
                .isNotEqualTo(language);
        assertThat(opened.graph(OnnxLanguageModelFolder.VISION).optional().isEmpty())
                .isEqualTo(language);
    }

    @Test
    void oneOfAnotherBaseIsRefusedBeforeAnythingIsWritten() throws IOException {
        Path foreign = Files.createDirectories(folder.resolve("foreign"));
        SafetensorsWriter.write(
                foreign.resolve("adapter_model.safetensors"),
                List.of(
                        normal(new Random(1), "base_model.model.nowhere.lora_A.weight", 1, 4),
                        normal(new Random(1), "base_model.model.nowhere.lora_B.weight", 4, 1)),
                Map.of("format", "pt"));
        Files.writeString(
                foreign.resolve("adapter_config.json"),
                "{\"peft_type\": \"LORA\", \"r\": 1, \"lora_alpha\": 1, \"target_modules\": [\"nowhere\"]}");
        for (boolean inputs : new boolean[] {true, false}) {
            Path out = folder.resolve("never-" + inputs);
            assertThatThrownBy(() -> LlavaExport.write(request(out, inputs, List.of(), new ScaledAdapter(foreign, 1))))
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageContainingAll(foreign.toString(), "nowhere");
            assertThat(out).doesNotExist();
        }
    }
}
