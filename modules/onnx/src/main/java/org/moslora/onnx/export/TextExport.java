package org.moslora.onnx.export;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.moslora.llama.LanguageModelConfig;
import org.moslora.llama.LlamaFolder;
import org.moslora.llama.LlamaNames;
import org.moslora.onnx.graph.Graph;
import org.moslora.onnx.graph.GraphFile;
import org.moslora.onnx.language.DecoderGraph;
import org.moslora.tensors.out.OwnFolder;

/** Writes a language model as one decoder over token ids. */
public final class TextExport {
    /** What lies beside the graphs as it lay beside the weights. */
    static final List<String> FILES = List.of(
            "generation_config.json",
            "tokenizer.json",
            "tokenizer_config.json",
            "tokenizer.model",
            "special_tokens_map.json",
            "added_tokens.json",
            "vocab.json",
            "merges.txt",
            "chat_template.json",
            "chat_template.jinja");

    private TextExport() {}

    /** Whether a folder's config is that of a language model alone. */
    public static boolean isOne(Path folder) {
        try {
            JsonObject config = ConfigFile.readOrEmpty(folder.resolve("config.json"));
            return config.has("num_hidden_layers") && !config.has("text_config") && !config.has("vision_config");
        } catch (IOException | JsonParseException | IllegalStateException broken) {
            return false; // whoever opens it says what is wrong
        }
    }

    /**
     * Exports.
     *
     * @throws org.moslora.problems.InvalidInput with everything that is wrong with the model, and tensors of adapters
     *     that do not fit
     */
    public static void write(ExportRequest request) {
        try (LlamaFolder model = LlamaFolder.open(request.model());
                ExportedAdapters adapting = ExportedAdapters.of(request, model.sites(), Map.of())) {
            adapting.checkBesides(model);
            OwnFolder.write(request.out(), partial -> write(request, model, adapting, partial));
        }
    }

    private static void write(ExportRequest request, LlamaFolder model, ExportedAdapters adapting, Path folder)
            throws IOException {
        Graph graph = DecoderGraph.of(
                model.text(), LlamaNames.alone(), model.weights(), true, request.stored(), adapting.inputs(""));
        request.messages().tell("writing " + graph.name());
        Path own = Files.createDirectories(folder.resolve("onnx"));
        GraphFile.write(
                own.resolve(graph.name() + ".onnx"), graph, adapting.weights(model.weights(), ""), request.external());
        ConfigFile.copyFiles(request.model(), folder, FILES);
        JsonObject json = ConfigFile.read(request.model().resolve("config.json"));
        ConfigFile.write(folder.resolve("config.json"), completed(json, model.text()));
    }

    /** A language model's config with what readers of a cache need written out. */
    static JsonObject completed(JsonObject given, LanguageModelConfig config) {
        JsonObject json = given.deepCopy();
        json.addProperty("model_type", config.family());
        json.addProperty("num_hidden_layers", config.layers());
        json.addProperty("num_attention_heads", config.heads());
        json.addProperty("num_key_value_heads", config.keyValueHeads());
        json.addProperty("hidden_size", config.hidden());
        json.addProperty("head_dim", config.headWidth());
        json.addProperty("vocab_size", config.vocabulary());
        return json;
    }
}
