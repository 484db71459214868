package org.moslora.onnx.export;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import org.moslora.diffusion.autoencoder.AutoencoderConfig;
import org.moslora.diffusion.folder.Component;
import org.moslora.diffusion.folder.GeneratorFamily;
import org.moslora.diffusion.folder.MmditFiles;
import org.moslora.diffusion.folder.PipelineSource;
import org.moslora.diffusion.folder.Sites;
import org.moslora.diffusion.t5.T5Config;
import org.moslora.diffusion.text.ClipTextConfig;
import org.moslora.onnx.graph.Element;
import org.moslora.onnx.graph.Graph;
import org.moslora.onnx.graph.GraphFile;
import org.moslora.onnx.picture.AutoencoderGraph;
import org.moslora.onnx.picture.DeepTextGraph;
import org.moslora.onnx.picture.FluxGraph;
import org.moslora.onnx.picture.TextEncoderGraph;
import org.moslora.problems.FieldName;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.WeightSource;
import org.moslora.tensors.out.OwnFolder;

/** Writes a FLUX.1 as the folder that Optimum's pipeline opens. */
final class FluxExport {
    private static final List<String> COPIED = List.of("tokenizer", "tokenizer_2", "scheduler");

    private final ExportRequest request;
    private final MmditFiles model;
    private final ExportedAdapters adapting;
    private final Path folder;

    private FluxExport(ExportRequest request, MmditFiles model, ExportedAdapters adapting, Path folder) {
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
    static void write(ExportRequest request) {
        if (request.stored() == Element.HALF) {
            throw new InvalidInput(
                    FieldName.of("precision"), "must be fp32 with FLUX.1, whose text encoder overflows in fp16");
        }
        try (MmditFiles model = MmditFiles.open(PipelineSource.of(request.model()), GeneratorFamily.FLUX_1);
                ExportedAdapters adapting = ExportedAdapters.of(request, Sites.of(model), Map.of())) {
            OwnFolder.write(request.out(), partial -> new FluxExport(request, model, adapting, partial).write());
        }
    }

    private void write() throws IOException {
        Element stored = request.stored();
        ClipTextConfig clip = model.clips().get(0);
        text(
                Component.TEXT_ENCODER,
                clip.layers(),
                (name, weights) -> TextEncoderGraph.of(
                        name, clip, weights, stored, adapting.inputs(Component.TEXT_ENCODER.prefix())));
        T5Config deep = Objects.requireNonNull(model.t5());
        text(Component.TEXT_ENCODER_2, deep.layers(), (name, weights) -> DeepTextGraph.of(name, deep, weights, stored));
        Component denoiser = model.denoiser();
        Graph transformer =
                FluxGraph.of(model.transformer(), weights(denoiser), stored, adapting.inputs(denoiser.prefix()));
        component(denoiser, transformer, ConfigFile.read(config(denoiser)));
        autoencoder(stored);
        for (String part : COPIED) {
            ConfigFile.copyFolder(request.model().resolve(part), folder.resolve(part));
        }
        ConfigFile.write(
                folder.resolve("model_index.json"),
                ConfigFile.read(request.model().resolve("model_index.json")));
    }

    /** A text encoder, whose blocks readers count by what its config says. */
    private void text(Component component, int layers, BiFunction<String, WeightSource, Graph> graph)
            throws IOException {
        JsonObject config = ConfigFile.read(config(component));
        config.addProperty("num_hidden_layers", layers);
        component(component, graph.apply(component.folder(), weights(component)), config);
    }

    private void autoencoder(Element stored) throws IOException {
        AutoencoderConfig config = model.autoencoder();
        WeightSource weights = weights(Component.AUTOENCODER);
        JsonObject json = ConfigFile.read(config(Component.AUTOENCODER));
        json.addProperty("scaling_factor", config.scalingFactor());
        json.addProperty("shift_factor", config.shift().get(0));
        json.addProperty("force_upcast", config.forceUpcast());
        json.add("block_out_channels", ConfigFile.array(config.channels()));
        component(Component.AUTOENCODER, AutoencoderGraph.encoder(config, weights, stored), json);
        component(Component.AUTOENCODER, AutoencoderGraph.decoder(config, weights, stored), json);
    }

    private void component(Component component, Graph graph, JsonObject config) throws IOException {
        request.messages().tell("writing " + graph.name());
        Path own = Files.createDirectories(folder.resolve(graph.name()));
        GraphFile.write(
                own.resolve("model.onnx"),
                graph,
                adapting.weights(weights(component), component.prefix()),
                request.external());
        ConfigFile.write(own.resolve("config.json"), config);
    }

    private WeightSource weights(Component component) {
        return model.weights(component);
    }

    private Path config(Component component) {
        return request.model().resolve(component.folder()).resolve("config.json");
    }
}
