package org.moslora.onnx.export;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.moslora.llama.LanguageModelConfig;
import org.moslora.multimodal.MultimodalConfig;
import org.moslora.multimodal.MultimodalFolder;
import org.moslora.multimodal.VisionFamilies;
import org.moslora.onnx.graph.Element;
import org.moslora.onnx.graph.Graph;
import org.moslora.onnx.graph.GraphFile;
import org.moslora.onnx.language.DecoderGraph;
import org.moslora.onnx.language.EmbeddingGraph;
import org.moslora.onnx.language.PictureGraphs;
import org.moslora.tensors.out.OwnFolder;

/**
 * Writes a vision-language model as the folder that transformers.js opens: vision encoder, token embeddings, decoder. The
 * name is that of the first such family.
 */
public final class LlavaExport {
    private static final String TEXT = "text_config";

    private final ExportRequest request;
    private final MultimodalFolder<MultimodalConfig> model;
    private final ExportedAdapters adapting;
    private final Path folder;

    private LlavaExport(
            ExportRequest request, MultimodalFolder<MultimodalConfig> model, ExportedAdapters adapting, Path folder) {
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
        try (MultimodalFolder<MultimodalConfig> model = VisionFamilies.open(request.model());
                ExportedAdapters adapting = ExportedAdapters.of(request, model.sites(), projector(model))) {
            adapting.checkBesides(model);
            OwnFolder.write(request.out(), partial -> new LlavaExport(request, model, adapting, partial).write());
        }
    }

    /** Shapes of a projector that an adapter may bring. */
    private static Map<String, List<Long>> projector(MultimodalFolder<MultimodalConfig> model) {
        Map<String, List<Long>> shapes = new TreeMap<>(model.expected());
        shapes.keySet().removeIf(name -> !name.startsWith(model.connector()));
        return shapes;
    }

    private void write() throws IOException {
        MultimodalConfig config = model.config();
        LanguageModelConfig text = config.text();
        Element stored = request.stored();
        graph(PictureGraphs.of(config, model.weights(), stored, adapting.inputs("")));
        graph(EmbeddingGraph.of(text, config.names(), model.weights(), stored));
        graph(DecoderGraph.of(text, config.names(), model.weights(), false, stored, adapting.inputs("")));
        ConfigFile.copyFiles(request.model(), folder, TextExport.FILES);
        ConfigFile.write(folder.resolve("config.json"), config(text));
        new PictureSettings(request.model(), folder).write(config);
    }

    private void graph(Graph graph) throws IOException {
        request.messages().tell("writing " + graph.name());
        Path own = Files.createDirectories(folder.resolve("onnx"));
        GraphFile.write(
                own.resolve(graph.name() + ".onnx"), graph, adapting.weights(model.weights(), ""), request.external());
    }

    /** What readers of a cache need stands in the language model's section, and at the top of a config that has none. */
    private JsonObject config(LanguageModelConfig text) throws IOException {
        JsonObject json = ConfigFile.read(request.model().resolve("config.json"));
        boolean apart = json.has(TEXT) && json.get(TEXT).isJsonObject();
        boolean flat = !apart && json.has("num_hidden_layers");
        boolean above = flat || model.family().equals("qwen2_vl"); // where transformers.js looks for it
        JsonObject section = apart ? json.getAsJsonObject(TEXT) : flat ? json.deepCopy() : new JsonObject();
        List.of("vision_config", "architectures").forEach(section::remove);
        if (above) {
            JsonObject whole = TextExport.completed(json, text);
            whole.add("model_type", json.get("model_type"));
            json = whole;
        }
        json.add(TEXT, TextExport.completed(section, text));
        return json;
    }
}
