package org.moslora.onnx.export;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.moslora.diffusion.folder.Component;
import org.moslora.diffusion.folder.GeneratorFamily;
import org.moslora.diffusion.folder.MmditFiles;
import org.moslora.diffusion.folder.PipelineSource;
import org.moslora.diffusion.folder.Sites;
import org.moslora.diffusion.t5.T5Config;
import org.moslora.diffusion.text.ClipTextConfig;
import org.moslora.onnx.graph.Element;
import org.moslora.onnx.graph.Graph;
import org.moslora.onnx.picture.DeepTextGraph;
import org.moslora.onnx.picture.FluxGraph;
import org.moslora.onnx.picture.StableDiffusion3Graph;
import org.moslora.onnx.picture.TextEncoderGraph;
import org.moslora.problems.FieldName;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.out.OwnFolder;

/** Writes a FLUX.1 or a Stable Diffusion 3 as the folder that Optimum's pipelines open. */
final class MmditExport {
    private MmditExport() {}

    /**
     * Exports.
     *
     * @throws InvalidInput with everything that is wrong with the model, and tensors of adapters that do not fit
     */
    static void write(ExportRequest request, GeneratorFamily family) {
        try (MmditFiles model = MmditFiles.open(PipelineSource.of(request.model()), family)) {
            checkPrecision(model, request.stored());
            try (ExportedAdapters adapting = ExportedAdapters.of(request, Sites.of(model), Map.of())) {
                OwnFolder.write(
                        request.out(), partial -> write(model, new PictureParts(request, model, adapting, partial)));
            }
        }
    }

    private static void checkPrecision(MmditFiles model, Element stored) {
        if (stored == Element.HALF && model.t5() != null) {
            throw new InvalidInput(
                    FieldName.of("precision"),
                    "must be fp32 with " + model.description() + ", whose text encoder overflows in fp16"
                            + (model.transformer().flux() ? "" : "; a folder without text_encoder_3 may be fp16"));
        }
    }

    private static void write(MmditFiles model, PictureParts parts) throws IOException {
        Element stored = parts.request().stored();
        ExportedAdapters adapting = parts.adapting();
        List<ClipTextConfig> clips = model.clips();
        for (int i = 0; i < clips.size(); i++) {
            Component component = i == 0 ? Component.TEXT_ENCODER : Component.TEXT_ENCODER_2;
            ClipTextConfig clip = clips.get(i);
            Graph graph = TextEncoderGraph.of(
                    component.folder(), clip, parts.weights(component), stored, adapting.inputs(component.prefix()));
            parts.text(component, clip.layers(), graph);
        }
        T5Config t5 = model.t5();
        if (t5 != null) {
            Component component = model.t5Component();
            Graph graph = DeepTextGraph.of(component.folder(), t5, parts.weights(component), stored);
            parts.text(component, t5.layers(), graph);
        }
        parts.write(model.denoiser(), transformer(model, parts), parts.config(model.denoiser()));
        parts.autoencoder();
        parts.surroundings();
    }

    private static Graph transformer(MmditFiles model, PictureParts parts) {
        Component denoiser = model.denoiser();
        Element stored = parts.request().stored();
        return model.transformer().flux()
                ? FluxGraph.of(
                        model.transformer(),
                        parts.weights(denoiser),
                        stored,
                        parts.adapting().inputs(denoiser.prefix()))
                : StableDiffusion3Graph.of(
                        model.transformer(),
                        parts.weights(denoiser),
                        stored,
                        parts.adapting().inputs(denoiser.prefix()));
    }
}
