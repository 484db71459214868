package org.moslora.onnx.export;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.moslora.diffusion.autoencoder.AutoencoderConfig;
import org.moslora.diffusion.folder.Component;
import org.moslora.diffusion.folder.ImageModelFiles;
import org.moslora.onnx.graph.Graph;
import org.moslora.onnx.graph.GraphFile;
import org.moslora.onnx.picture.AutoencoderGraph;
import org.moslora.tensors.WeightSource;

/**
 * The parts of an image generator's exported folder that are alike whatever its family.
 *
 * @param request what is exported
 * @param model with the weights
 * @param adapting the adapters that go into weights or become inputs
 * @param folder that is filled
 */
record PictureParts(ExportRequest request, ImageModelFiles model, ExportedAdapters adapting, Path folder) {
    private static final String INDEX = "model_index.json";
    private static final List<String> COPIED = List.of("tokenizer", "tokenizer_2", "tokenizer_3", "scheduler");
    private static final List<String> NOT_EXPORTED = List.of("safety_checker", "feature_extractor", "image_encoder");

    WeightSource weights(Component component) {
        return model.weights(component);
    }

    /** A component's config as it lies in the model's folder. */
    JsonObject config(Component component) throws IOException {
        return ConfigFile.read(request.model().resolve(component.folder()).resolve("config.json"));
    }

    /** Writes a graph over a component's weights, with the config that its readers want. */
    void write(Component component, Graph graph, JsonObject config) throws IOException {
        request.messages().tell("writing " + graph.name());
        Path own = Files.createDirectories(folder.resolve(graph.name()));
        GraphFile.write(
                own.resolve("model.onnx"),
                graph,
                adapting.weights(weights(component), component.prefix()),
                request.external());
        ConfigFile.write(own.resolve("config.json"), config);
    }

    /** Writes a text encoder, whose blocks readers count by what its config says. */
    void text(Component component, int layers, Graph graph) throws IOException {
        JsonObject config = config(component);
        config.addProperty("num_hidden_layers", layers);
        write(component, graph, config);
    }

    /** Writes both halves of the autoencoder, defaults filled in. */
    void autoencoder() throws IOException {
        AutoencoderConfig config = model.autoencoder();
        WeightSource weights = weights(Component.AUTOENCODER);
        JsonObject json = config(Component.AUTOENCODER);
        if (config.patch() == 1) {
            json.addProperty("scaling_factor", config.scalingFactor());
        }
        if (config.patch() == 1 && model.denoiser() != Component.UNET) {
            json.addProperty("shift_factor", config.shift().get(0));
        }
        json.addProperty("force_upcast", config.forceUpcast());
        json.add("block_out_channels", ConfigFile.array(config.channels()));
        write(Component.AUTOENCODER, AutoencoderGraph.encoder(config, weights, request.stored()), json);
        write(Component.AUTOENCODER, AutoencoderGraph.decoder(config, weights, request.stored()), json);
    }

    /** Copies tokenizers and scheduler, and says in the index what there is. */
    void surroundings() throws IOException {
        for (String part : COPIED) {
            ConfigFile.copyFolder(request.model().resolve(part), folder.resolve(part));
        }
        JsonObject index = ConfigFile.read(request.model().resolve(INDEX));
        for (String part : NOT_EXPORTED) {
            if (index.has(part)) {
                index.add(part, ConfigFile.absent());
            }
        }
        ConfigFile.write(folder.resolve(INDEX), index);
    }
}
