package org.moslora.onnx.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.layers.Linears;
import org.moslora.llama.Llama;
import org.moslora.llama.LlamaFolder;
import org.moslora.llama.LlamaNames;
import org.moslora.onnx.export.ExportRequest;
import org.moslora.onnx.export.TextExport;
import org.moslora.onnx.graph.Element;
import org.moslora.onnx.session.RunSettings;
import org.moslora.tensors.SafetensorsWriter;
import org.moslora.tensors.TensorData;

/** A language model of random weights as a folder of the hub, and as the folder of graphs that it is exported into. */
record DecoderFolder(Path model, Path graphs) {
    static final int VOCABULARY = 40;
    private static final String SIZES = ", 'hidden_size': 16, 'intermediate_size': 20, 'max_position_embeddings': 128,"
            + " 'vocab_size': " + VOCABULARY + "}";

    /**
     * Writes and exports one.
     *
     * @param config what is not said of sizes, with single quotes
     */
    static DecoderFolder of(Path folder, String config) {
        Engine.start(1);
        try {
            Path model = written(folder.resolve("model"), ("{" + config + SIZES).replace('\'', '"'));
            Path graphs = folder.resolve("graphs");
            TextExport.write(request(model, graphs));
            return new DecoderFolder(model, graphs);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    static ExportRequest request(Path model, Path graphs) {
        return new ExportRequest(model, graphs, List.of(), false, List.of(), false, Element.FLOAT, told -> {});
    }

    private static Path written(Path model, String config) throws IOException {
        Files.createDirectories(model);
        Files.writeString(model.resolve("config.json"), config);
        Random random = new Random(11);
        List<TensorData> tensors = new ArrayList<>();
        LlamaNames.alone()
                .expected(LlamaFolder.config(model))
                .forEach((name, shape) -> tensors.add(random(random, name, shape)));
        SafetensorsWriter.write(model.resolve("model.safetensors"), tensors, Map.of("format", "pt"));
        return model;
    }

    private static TensorData random(Random random, String name, List<Long> shape) {
        float[] values = new float[Math.toIntExact(shape.stream().reduce(1L, (a, b) -> a * b))];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (0.3 * random.nextGaussian() + (name.endsWith("norm.weight") ? 1 : 0));
        }
        return TensorData.of(name, shape, values);
    }

    /** The model on libtorch. */
    Llama torch() {
        try (LlamaFolder files = LlamaFolder.open(model)) {
            return files.build(Linears.plain(), Compute.cpu());
        }
    }

    /** Its graphs on ONNX Runtime. */
    OnnxLanguageModelRunner onnx() {
        return OnnxLanguageModelRunner.open(OnnxLanguageModelFolder.open(graphs), List.of(), RunSettings.of("cpu", 1));
    }
}
