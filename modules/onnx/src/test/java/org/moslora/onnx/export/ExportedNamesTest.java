package org.moslora.onnx.export;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.datasets.tiny.TinyDiffusion;
import org.moslora.datasets.tiny.TinyLlava;
import org.moslora.datasets.tiny.TinyOptions;
import org.moslora.layers.Engine;
import org.moslora.onnx.graph.Element;

/**
 * Names of inputs and outputs, and which of their axes are free, are those that others' programs ask for: of optimum-onnx
 * 0.1's {@code UNetOnnxConfig}, {@code VaeEncoderOnnxConfig}, {@code VaeDecoderOnnxConfig}, {@code CLIPTextOnnxConfig} and
 * {@code LlamaOnnxConfig}, and of transformers.js 3's sessions of LLaVA.
 */
final class ExportedNamesTest {
    @TempDir
    private static Path folder;

    private static Path pictures;
    private static Path words;
    private static Path diffusion;

    @BeforeAll
    static void export() {
        Engine.start(1);
        diffusion = TinyDiffusion.first(folder.resolve("sd"), 1, 0).model();
        Path llava = TinyLlava.write(
                        folder.resolve("llava"), TinyOptions.standard().withPictures(1, 1))
                .model();
        pictures = folder.resolve("sd-onnx");
        words = folder.resolve("llava-onnx");
        PictureExport.write(request(diffusion, pictures));
        LanguageModelExport.write(request(llava, words));
    }

    private static ExportRequest request(Path model, Path out) {
        return new ExportRequest(model, out, List.of(), false, List.of(), false, Element.FLOAT, told -> {});
    }

    /** Each as its name and the numbers of its free axes. */
    private static Map<String, List<Integer>> free(List<ValueInfoProto> values) {
        Map<String, List<Integer>> all = new TreeMap<>();
        for (ValueInfoProto value : values) {
            List<Integer> free = new ArrayList<>();
            var dims = value.getType().getTensorType().getShape().getDimList();
            for (int axis = 0; axis < dims.size(); axis++) {
                if (!dims.get(axis).hasDimValue()) {
                    free.add(axis);
                }
            }
            all.put(value.getName(), free);
        }
        return all;
    }

    private static GraphProto graph(Path file) throws IOException {
        return ModelProto.parseFrom(Files.readAllBytes(file)).getGraph();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "unet | sample=[0, 2, 3] timestep=[] encoder_hidden_states=[0, 1] | out_sample=[0, 2, 3]",
                "vae_encoder | sample=[0, 2, 3] | latent_parameters=[0, 2, 3]",
                "vae_decoder | latent_sample=[0, 2, 3] | sample=[0, 2, 3]",
                "text_encoder | input_ids=[0, 1] | last_hidden_state=[0, 1] pooler_output=[0]"
            })
    void componentsAreAskedAsOptimumAsks(String part, String inputs, String outputs) throws IOException {
        GraphProto graph = graph(pictures.resolve(part).resolve("model.onnx"));
        assertThat(free(graph.getInputList())).isEqualTo(parsed(inputs));
        assertThat(free(graph.getOutputList())).containsAllEntriesOf(parsed(outputs));
    }

    /** Of {@code name=[0, 1] other=[]}. */
    private static Map<String, List<Integer>> parsed(String text) {
        Map<String, List<Integer>> all = new TreeMap<>();
        for (String one : text.split("(?<=]) ")) {
            String axes = one.substring(one.indexOf('[') + 1, one.indexOf(']'));
            List<Integer> free = new ArrayList<>();
            for (String axis : axes.split(", ")) {
                if (!axis.isEmpty()) {
                    free.add(Integer.parseInt(axis));
                }
            }
            all.put(one.substring(0, one.indexOf('=')), free);
        }
        return all;
    }

    @Test
    void aDecoderIsAskedAsItIsByOptimumAndTransformersJs() throws IOException {
        GraphProto graph = graph(words.resolve("onnx/decoder_model_merged.onnx"));
        JsonObject text = config().getAsJsonObject("text_config");
        int layers = text.get("num_hidden_layers").getAsInt();
        Map<String, List<Integer>> inputs = parsed("inputs_embeds=[0, 1] attention_mask=[0, 1] position_ids=[0, 1]");
        Map<String, List<Integer>> outputs = parsed("logits=[0, 1]");
        for (int i = 0; i < layers; i++) {
            for (String kind : List.of(".key", ".value")) {
                inputs.put("past_key_values." + i + kind, List.of(0, 2));
                outputs.put("present." + i + kind, List.of(0, 2));
            }
        }
        assertThat(free(graph.getInputList())).isEqualTo(inputs);
        assertThat(free(graph.getOutputList())).isEqualTo(outputs);
        assertThat(free(graph(words.resolve("onnx/embed_tokens.onnx")).getInputList()))
                .isEqualTo(parsed("input_ids=[0, 1]"));
        GraphProto tower = graph(words.resolve("onnx/vision_encoder.onnx"));
        assertThat(free(tower.getInputList())).isEqualTo(parsed("pixel_values=[0]"));
        assertThat(free(tower.getOutputList())).isEqualTo(parsed("image_features=[0]"));
    }

    /** What transformers.js reads of a config to make the first cache. */
    @Test
    void theConfigSaysHowLargeACacheIs() throws IOException {
        JsonObject text = config().getAsJsonObject("text_config");
        GraphProto graph = graph(words.resolve("onnx/decoder_model_merged.onnx"));
        ValueInfoProto key = graph.getInputList().stream()
                .filter(input -> input.getName().equals("past_key_values.0.key"))
                .findFirst()
                .orElseThrow();
        var shape = key.getType().getTensorType().getShape();
        assertThat(text.get("num_key_value_heads").getAsLong())
                .isEqualTo(shape.getDim(1).getDimValue());
        assertThat(text.get("head_dim").getAsLong()).isEqualTo(shape.getDim(3).getDimValue());
        assertThat(text.get("num_attention_heads").getAsLong()
                        * text.get("head_dim").getAsLong())
                .isEqualTo(text.get("hidden_size").getAsLong());
        assertThat(text.get("model_type").getAsString()).isEqualTo("llama");
    }

    private static JsonObject config() throws IOException {
        return JsonParser.parseString(Files.readString(words.resolve("config.json")))
                .getAsJsonObject();
    }

    @Test
    void whatLiesBesideTheWeightsIsThereAsItWas() throws IOException {
        for (String part : List.of("tokenizer", "scheduler")) {
            try (var files = Files.list(diffusion.resolve(part))) {
                for (Path file : files.toList()) {
                    Path copy =
                            pictures.resolve(part).resolve(file.getFileName().toString());
                    assertThat(copy).hasSameBinaryContentAs(file);
                }
            }
        }
        assertThat(pictures.resolve("vae")).as("it is in two halves").doesNotExist();
        try (var weights = Files.walk(pictures)) {
            assertThat(weights.map(Path::toString)).noneMatch(file -> file.endsWith(".safetensors"));
        }
    }

    /** diffusers loads nothing for a part whose class is null. */
    @Test
    void partsThatAreNotExportedAreSaidToBeAbsent() throws IOException {
        Path copy = folder.resolve("checked");
        try (var files = Files.walk(diffusion)) {
            for (Path file : files.sorted().toList()) {
                Files.copy(file, copy.resolve(diffusion.relativize(file).toString()));
            }
        }
        Path index = copy.resolve("model_index.json");
        JsonObject json = JsonParser.parseString(Files.readString(index)).getAsJsonObject();
        json.add("safety_checker", JsonParser.parseString("[\"stable_diffusion\", \"StableDiffusionSafetyChecker\"]"));
        json.addProperty("requires_safety_checker", true);
        Files.writeString(index, json.toString());
        Path out = folder.resolve("checked-onnx");
        PictureExport.write(request(copy, out));
        JsonObject made = JsonParser.parseString(Files.readString(out.resolve("model_index.json")))
                .getAsJsonObject();
        assertThat(made.get("safety_checker").toString()).isEqualTo("[null,null]");
        assertThat(made.get("unet")).isEqualTo(json.get("unet"));
        assertThat(made.get("_class_name")).isEqualTo(json.get("_class_name"));
        assertThat(made.has("image_encoder")).isFalse();
    }
}
