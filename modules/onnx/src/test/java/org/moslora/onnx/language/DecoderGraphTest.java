package org.moslora.onnx.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.layers.Linears;
import org.moslora.llama.KeyValueCache;
import org.moslora.llama.LanguageModelConfig;
import org.moslora.llama.Llama;
import org.moslora.llama.LlamaFolder;
import org.moslora.llama.LlamaNames;
import org.moslora.onnx.export.ExportRequest;
import org.moslora.onnx.export.TextExport;
import org.moslora.onnx.graph.Element;
import org.moslora.onnx.session.GraphHeader;
import org.moslora.onnx.session.RunSettings;
import org.moslora.onnx.session.RunningGraph;
import org.moslora.tensors.SafetensorsWriter;
import org.moslora.tensors.TensorData;

/** Graphs of decoders with other parts than LLaMA's against the models that they are graphs of. */
class DecoderGraphTest {
    private static final String SIZES =
            "\"hidden_size\": 16, \"intermediate_size\": 24, \"num_attention_heads\": 4, \"num_key_value_heads\": 2,"
                    + " \"head_dim\": 6, \"vocab_size\": 48, \"max_position_embeddings\": 64";
    private static final int[] IDS = {3, 41, 7, 7, 19, 30, 2, 11, 5};

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"model_type\": \"qwen3\", \"num_hidden_layers\": 2, \"tie_word_embeddings\": true",
                "\"model_type\": \"gemma3_text\", \"num_hidden_layers\": 3, \"sliding_window\": 4,"
                        + " \"sliding_window_pattern\": 2, \"query_pre_attn_scalar\": 5,"
                        + " \"rope_scaling\": {\"rope_type\": \"linear\", \"factor\": 8.0}",
                "\"model_type\": \"mistral\", \"num_hidden_layers\": 2, \"sliding_window\": 3"
            })
    void logitsAreTheModels(String parts) throws Exception {
        Engine.start(1);
        Path model = model(parts);
        Path out = folder.resolve("out");
        TextExport.write(new ExportRequest(model, out, List.of(), false, List.of(), false, Element.FLOAT, told -> {}));
        try (LlamaFolder files = LlamaFolder.open(model);
                Llama whole = files.build(Linears.plain(), Compute.cpu());
                KeyValueCache cache = whole.cache(1, 16);
                Arena step = whole.step();
                RunningGraph graph =
                        RunningGraph.open(GraphHeader.read(out.resolve("onnx/model.onnx")), new RunSettings(1, -1))) {
            float[] wanted = whole.step(step, IDS, new int[] {IDS.length}, List.of(), cache)
                    .toFloatArray();
            assertThat(last(graph, files.text())).containsExactly(wanted, within(1e-4f));
        }
    }

    private Path model(String parts) throws IOException {
        Path model = Files.createDirectories(folder.resolve("model"));
        Files.writeString(model.resolve("config.json"), "{" + parts + ", " + SIZES + "}");
        Random random = new Random(5);
        List<TensorData> tensors = new ArrayList<>();
        LlamaNames.alone().expected(LlamaFolder.config(model)).forEach((name, shape) -> {
            float[] values = new float[Math.toIntExact(shape.stream().reduce(1L, (a, b) -> a * b))];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (0.3 * random.nextGaussian() + (name.endsWith("norm.weight") ? 1 : 0));
            }
            tensors.add(TensorData.of(name, shape, values));
        });
        SafetensorsWriter.write(model.resolve("model.safetensors"), tensors, Map.of("format", "pt"));
        return model;
    }

    /** The logits of the last id, all given at once to an empty cache. */
    private static float[] last(RunningGraph graph, LanguageModelConfig text) throws OrtException {
        Map<String, OnnxTensor> inputs = new HashMap<>();
        long[] ids = IntStream.of(IDS).asLongStream().toArray();
        inputs.put("input_ids", longs(ids));
        inputs.put(
                "attention_mask",
                longs(LongStream.generate(() -> 1).limit(ids.length).toArray()));
        inputs.put("position_ids", longs(LongStream.range(0, ids.length).toArray()));
        for (int i = 0; i < text.layers(); i++) {
            for (String kind : List.of("key", "value")) {
                long[] empty = {1, text.keyValueHeads(), 0, text.headWidth()};
                inputs.put(
                        "past_key_values." + i + "." + kind,
                        OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), FloatBuffer.allocate(0), empty));
            }
        }
        try (OrtSession.Result made = graph.run(inputs, java.util.Set.of("logits"), Map.of(), null, false)) {
            float[][][] logits = (float[][][]) made.get("logits").orElseThrow().getValue();
            return logits[0][ids.length - 1];
        } finally {
            inputs.values().forEach(OnnxTensor::close);
        }
    }

    private static OnnxTensor longs(long[] values) throws OrtException {
        return OnnxTensor.createTensor(
                OrtEnvironment.getEnvironment(), LongBuffer.wrap(values), new long[] {1, values.length});
    }
}
