package org.moslora.onnx.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.datasets.tiny.TinyLlava;
import org.moslora.datasets.tiny.TinyOptions;
import org.moslora.examples.image.PictureInput;
import org.moslora.generation.Decoder;
import org.moslora.layers.Engine;
import org.moslora.onnx.adapter.GraphAdapters;
import org.moslora.onnx.adapter.GraphFactor;
import org.moslora.onnx.export.ExportRequest;
import org.moslora.onnx.export.LlavaExport;
import org.moslora.onnx.graph.Element;
import org.moslora.onnx.session.RunSettings;
import org.moslora.tensors.DType;

/** A conversation keeps the adapters that it began with, however many others are taken up while it goes on. */
class RunningAdaptersTest {
    private static final List<PictureInput> NO_PICTURES = List.of();
    private static final int OTHERS = 20;

    @TempDir
    Path folder;

    private Path adapter(int seed, OnnxLanguageModelFolder graphs) throws IOException {
        Random random = new Random(seed);
        String down = graphs.graphs().get(OnnxLanguageModelFolder.DECODER).optional().keySet().stream()
                .filter(name -> name.contains("q_proj") && name.endsWith("lora_A.weight"))
                .findFirst()
                .orElseThrow();
        String up = down.replace("lora_A", "lora_B");
        int width = graphs.text().hidden();
        TreeMap<String, List<GraphFactor>> all = new TreeMap<>(Map.of(
                OnnxLanguageModelFolder.DECODER,
                List.of(factor(random, down, width, 2), factor(random, up, 2, width))));
        Path out = Files.createDirectories(folder.resolve("adapter-" + seed));
        GraphAdapters.write(out, all, DType.F32);
        return out;
    }

    private static GraphFactor factor(Random random, String name, long rows, long columns) {
        float[] values = new float[(int) (rows * columns)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return new GraphFactor(name, List.of(rows, columns), values);
    }

    @Test
    void otherAdaptersDoNotDisturbAConversation() throws IOException {
        Engine.start(1);
        Path model = TinyLlava.write(
                        folder.resolve("llava"), TinyOptions.standard().withPictures(1, 1))
                .model();
        Path exported = folder.resolve("onnx");
        LlavaExport.write(new ExportRequest(
                model, exported, List.of(), true, List.of("q_proj"), true, Element.FLOAT, line -> {}));
        OnnxLanguageModelFolder graphs = OnnxLanguageModelFolder.open(exported);
        int[] begin = {3, 4, 5, 6, 7};
        int[] then = {8};
        try (OnnxLanguageModelRunner runner = OnnxLanguageModelRunner.open(
                graphs, List.of(new ScaledAdapter(adapter(0, graphs), 1)), RunSettings.of("cpu", 1))) {
            float[] expected;
            try (Decoder.Session alone = runner.decoder().open(16)) {
                alone.next(begin, NO_PICTURES);
                expected = alone.next(then, NO_PICTURES);
            }
            try (Decoder.Session running = runner.decoder().open(16);
                    Decoder.Branches branches = runner.decoder().branches(16)) {
                running.next(begin, NO_PICTURES);
                branches.begin(begin, NO_PICTURES);
                for (int seed = 1; seed <= OTHERS; seed++) {
                    runner.use(List.of(new ScaledAdapter(adapter(seed, graphs), 1)));
                }
                assertThat(running.next(then, NO_PICTURES)).isEqualTo(expected);
                assertThat(branches.grow(new int[] {0}, then)).isEqualTo(expected);
            }
        }
    }
}
