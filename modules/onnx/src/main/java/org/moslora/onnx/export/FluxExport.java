package org.moslora.onnx.export;

import java.io.IOException;
import java.util.Map;
import java.util.Objects;
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
import org.moslora.onnx.picture.TextEncoderGraph;
import org.moslora.problems.FieldName;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.out.OwnFolder;

/** Writes a FLUX.1 as the folder that Optimum's pipeline opens. */
final class FluxExport {
    private FluxExport() {}

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
            OwnFolder.write(
                    request.out(), partial -> write(model, new PictureParts(request, model, adapting, partial)));
        }
    }

    private static void write(MmditFiles model, PictureParts parts) throws IOException {
        Element stored = parts.request().stored();
        ExportedAdapters adapting = parts.adapting();
        Component first = Component.TEXT_ENCODER;
        ClipTextConfig clip = model.clips().get(0);
        parts.text(
                first,
                clip.layers(),
                TextEncoderGraph.of(
                        first.folder(), clip, parts.weights(first), stored, adapting.inputs(first.prefix())));
        Component second = Component.TEXT_ENCODER_2;
        T5Config deep = Objects.requireNonNull(model.t5());
        parts.text(second, deep.layers(), DeepTextGraph.of(second.folder(), deep, parts.weights(second), stored));
        Component denoiser = model.denoiser();
        Graph transformer =
                FluxGraph.of(model.transformer(), parts.weights(denoiser), stored, adapting.inputs(denoiser.prefix()));
        parts.write(denoiser, transformer, parts.config(denoiser));
        parts.autoencoder();
        parts.surroundings();
    }
}
