package org.moslora.onnx.export;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.moslora.diffusion.autoencoder.AutoencoderConfig;
import org.moslora.diffusion.folder.Component;
import org.moslora.diffusion.folder.GeneratorFamily;
import org.moslora.diffusion.folder.Sites;
import org.moslora.diffusion.folder.StableDiffusion;
import org.moslora.diffusion.text.ClipTextConfig;
import org.moslora.onnx.graph.Element;
import org.moslora.onnx.graph.Graph;
import org.moslora.onnx.graph.GraphFile;
import org.moslora.onnx.picture.AutoencoderGraph;
import org.moslora.onnx.picture.TextEncoderGraph;
import org.moslora.onnx.picture.UNetGraph;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.WeightSource;
import org.moslora.tensors.out.OwnFolder;

/** Writes a Stable Diffusion or a FLUX.1 as the folder that Optimum's pipelines open. */
public final class PictureExport {
    private static final String GRAPH = "model.onnx";
    private static final List<String> NOT_EXPORTED = List.of("safety_checker", "feature_extractor", "image_encoder");

    private final ExportRequest request;
    private final StableDiffusion model;
    private final ExportedAdapters adapting;
    private final Path folder;

    private PictureExport(ExportRequest request, StableDiffusion model, ExportedAdapters adapting, Path folder) {
        this.request = request;
        this.model = model;
        this.adapting = adapting;
        this.folder = folder;
    }

    /**
     * Exports.
     *
     * @throws InvalidInput with everything that is wrong with the model, and tensors of adapters that do not fit
     */
    public static void write(ExportRequest request) {
        if (Files.isRegularFile(request.model())) {
            throw new InvalidInput(
                    request.model().toString(),
                    "is a single file, which holds no tokenizer; save the checkpoint as a folder of diffusers first");
        }
        GeneratorFamily family = GeneratorFamily.of(request.model());
        if (family == GeneratorFamily.FLUX_1) {
            FluxExport.write(request);
            return;
        }
        if (family.flows()) {
            throw new InvalidInput(
                    request.model().toString(),
                    "is of " + family.description()
                            + ", which is not exported; Stable Diffusion 1, 2 and XL and FLUX.1 are");
        }
        try (StableDiffusion model = StableDiffusion.open(request.model());
                ExportedAdapters adapting = ExportedAdapters.of(request, Sites.of(model), Map.of())) {
            OwnFolder.write(request.out(), partial -> new PictureExport(request, model, adapting, partial).write());
        }
    }

    private void write() throws IOException {
        Element stored = request.stored();
        for (int i = 0; i < model.textEncoders().size(); i++) {
            Component component = i == 0 ? Component.TEXT_ENCODER : Component.TEXT_ENCODER_2;
            textEncoder(component, model.textEncoders().get(i));
        }
        Graph unet =
                UNetGraph.of(model.unet(), weights(Component.UNET), stored, adapting.inputs(Component.UNET.prefix()));
        component(Component.UNET, unet, ConfigFile.read(config(Component.UNET)));
        AutoencoderConfig autoencoder = model.autoencoder();
        WeightSource weights = weights(Component.AUTOENCODER);
        component(
                Component.AUTOENCODER, AutoencoderGraph.encoder(autoencoder, weights, stored), completed(autoencoder));
        component(
                Component.AUTOENCODER, AutoencoderGraph.decoder(autoencoder, weights, stored), completed(autoencoder));
        surroundings();
    }

    private void textEncoder(Component component, ClipTextConfig config) throws IOException {
        JsonObject json = ConfigFile.read(config(component));
        json.addProperty("num_hidden_layers", config.layers());
        Graph graph = TextEncoderGraph.of(
                component.folder(), config, weights(component), request.stored(), adapting.inputs(component.prefix()));
        component(component, graph, json);
    }

    private JsonObject completed(AutoencoderConfig config) throws IOException {
        JsonObject json = ConfigFile.read(config(Component.AUTOENCODER));
        json.addProperty("scaling_factor", config.scalingFactor());
        json.addProperty("force_upcast", config.forceUpcast());
        json.add("block_out_channels", ConfigFile.array(config.channels()));
        return json;
    }

    private void component(Component component, Graph graph, JsonObject config) throws IOException {
        request.messages().tell("writing " + graph.name());
        Path own = Files.createDirectories(folder.resolve(graph.name()));
        GraphFile.write(
                own.resolve(GRAPH),
                graph,
                adapting.weights(weights(component), component.prefix()),
                request.external());
        ConfigFile.write(own.resolve("config.json"), config);
    }

    private void surroundings() throws IOException {
        for (String part : List.of("tokenizer", "tokenizer_2", "scheduler")) {
            ConfigFile.copyFolder(request.model().resolve(part), folder.resolve(part));
        }
        JsonObject index = ConfigFile.read(request.model().resolve("model_index.json"));
        for (String part : NOT_EXPORTED) {
            if (index.has(part)) {
                index.add(part, ConfigFile.absent());
            }
        }
        ConfigFile.write(folder.resolve("model_index.json"), index);
    }

    private WeightSource weights(Component component) {
        WeightSource source = model.weights().get(component);
        if (source == null) {
            throw new IllegalStateException(model.path() + " has no " + component.folder());
        }
        return source;
    }

    private Path config(Component component) {
        return request.model().resolve(component.folder()).resolve("config.json");
    }
}
