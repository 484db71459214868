package org.moslora.onnx.export;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import org.moslora.diffusion.folder.Component;
import org.moslora.diffusion.folder.GeneratorFamily;
import org.moslora.diffusion.folder.Sites;
import org.moslora.diffusion.folder.StableDiffusion;
import org.moslora.diffusion.text.ClipTextConfig;
import org.moslora.onnx.graph.Element;
import org.moslora.onnx.graph.Graph;
import org.moslora.onnx.picture.TextEncoderGraph;
import org.moslora.onnx.picture.UNetGraph;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.out.OwnFolder;

/** Writes an image generator as the folder that Optimum's pipelines open. */
public final class PictureExport {
    private PictureExport() {}

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
        if (family == GeneratorFamily.FLUX_1 || family == GeneratorFamily.STABLE_DIFFUSION_3) {
            MmditExport.write(request, family);
            return;
        }
        if (family.flows()) {
            FlowExport.write(request, family);
            return;
        }
        try (StableDiffusion model = StableDiffusion.open(request.model());
                ExportedAdapters adapting = ExportedAdapters.of(request, Sites.of(model), Map.of())) {
            OwnFolder.write(
                    request.out(), partial -> write(model, new PictureParts(request, model, adapting, partial)));
        }
    }

    private static void write(StableDiffusion model, PictureParts parts) throws IOException {
        Element stored = parts.request().stored();
        ExportedAdapters adapting = parts.adapting();
        for (int i = 0; i < model.textEncoders().size(); i++) {
            Component component = i == 0 ? Component.TEXT_ENCODER : Component.TEXT_ENCODER_2;
            ClipTextConfig config = model.textEncoders().get(i);
            Graph graph = TextEncoderGraph.of(
                    component.folder(), config, parts.weights(component), stored, adapting.inputs(component.prefix()));
            parts.text(component, config.layers(), graph);
        }
        Graph unet = UNetGraph.of(
                model.unet(), parts.weights(Component.UNET), stored, adapting.inputs(Component.UNET.prefix()));
        parts.write(Component.UNET, unet, parts.config(Component.UNET));
        parts.autoencoder();
        parts.surroundings();
    }
}
