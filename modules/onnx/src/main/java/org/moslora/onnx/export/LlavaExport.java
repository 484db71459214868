package org.moslora.onnx.export;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.moslora.llava.LlavaConfig;
import org.moslora.llava.LlavaFolder;
import org.moslora.llava.LlavaNames;
import org.moslora.multimodal.MultimodalFolder;
import org.moslora.onnx.graph.Element;
import org.moslora.onnx.graph.Graph;
import org.moslora.onnx.graph.GraphFile;
import org.moslora.onnx.language.DecoderGraph;
import org.moslora.onnx.language.EmbeddingGraph;
import org.moslora.onnx.language.VisionGraph;
import org.moslora.tensors.out.OwnFolder;

/** Writes a LLaVA as the folder that transformers.js opens: vision encoder, token embeddings, decoder. */
public final class LlavaExport {
    private final ExportRequest request;
    private final MultimodalFolder<LlavaConfig> model;
    private final ExportedAdapters adapting;
    private final Path folder;

    private LlavaExport(
            ExportRequest request, MultimodalFolder<LlavaConfig> model, ExportedAdapters adapting, Path folder) {
        this.request = request;
        this.model = model;
        this.adapting = adapting;
        this.folder = folder;
    }

    /**
     * Exports.
     *
     * @throws org.moslora.problems.InvalidInput with everything that is wrong with the model, and tensors of adapters
     *     that do not fit
     */
    public static void write(ExportRequest request) {
        try (MultimodalFolder<LlavaConfig> model = LlavaFolder.open(request.model());
                ExportedAdapters adapting = ExportedAdapters.of(request, model.sites(), projector(model))) {
            adapting.checkBesides(model);
            OwnFolder.write(request.out(), partial -> new LlavaExport(request, model, adapting, partial).write());
        }
    }

    /** Shapes of a projector that an adapter may bring. */
    private static Map<String, List<Long>> projector(MultimodalFolder<LlavaConfig> model) {
        Map<String, List<Long>> shapes = new TreeMap<>(model.expected());
        shapes.keySet().removeIf(name -> !name.startsWith(LlavaNames.PROJECTOR));
        return shapes;
    }

    private void write() throws IOException {
        LlavaConfig config = model.config();
        Element stored = request.stored();
        graph(VisionGraph.of(config, model.weights(), stored, adapting.inputs("")));
        graph(EmbeddingGraph.of(config.text(), LlavaNames.TEXT, model.weights(), stored));
        graph(DecoderGraph.of(config.text(), LlavaNames.TEXT, model.weights(), false, stored, adapting.inputs("")));
        ConfigFile.copyFiles(request.model(), folder, TextExport.FILES);
        JsonObject json = ConfigFile.read(request.model().resolve("config.json"));
        json.add("text_config", TextExport.completed(section(json, "text_config"), config.text()));
        ConfigFile.write(folder.resolve("config.json"), json);
        processors(config);
    }

    private void graph(Graph graph) throws IOException {
        request.messages().tell("writing " + graph.name());
        Path own = Files.createDirectories(folder.resolve("onnx"));
        GraphFile.write(
                own.resolve(graph.name() + ".onnx"), graph, adapting.weights(model.weights(), ""), request.external());
    }

    /** What makes transformers.js and Python count a picture's tokens right. */
    private void processors(LlavaConfig config) throws IOException {
        int side = config.vision().imageSize();
        JsonObject preprocessor = ConfigFile.readOrEmpty(request.model().resolve("preprocessor_config.json"));
        preprocessor.addProperty("processor_class", "LlavaProcessor");
        if (!preprocessor.has("image_processor_type")) {
            preprocessor.addProperty("image_processor_type", "CLIPImageProcessor");
        }
        if (!preprocessor.has("size")) {
            JsonObject size = new JsonObject();
            size.addProperty("shortest_edge", side);
            preprocessor.add("size", size);
            JsonObject crop = new JsonObject();
            crop.addProperty("height", side);
            crop.addProperty("width", side);
            preprocessor.add("crop_size", crop);
        }
        ConfigFile.write(folder.resolve("preprocessor_config.json"), preprocessor);
        JsonObject processor = ConfigFile.readOrEmpty(request.model().resolve("processor_config.json"));
        processor.addProperty("processor_class", "LlavaProcessor");
        processor.addProperty("image_token", imageToken());
        processor.addProperty("patch_size", config.vision().patchSize());
        processor.addProperty("num_additional_image_tokens", config.skipsClassToken() ? 0 : 1);
        processor.addProperty("vision_feature_select_strategy", "full");
        ConfigFile.write(folder.resolve("processor_config.json"), processor);
    }

    private String imageToken() throws IOException {
        JsonObject given = ConfigFile.readOrEmpty(request.model().resolve("processor_config.json"));
        return given.has("image_token") ? given.get("image_token").getAsString() : "<image>";
    }

    private static JsonObject section(JsonObject json, String key) {
        return json.has(key) && json.get(key).isJsonObject() ? json.getAsJsonObject(key) : new JsonObject();
    }
}
