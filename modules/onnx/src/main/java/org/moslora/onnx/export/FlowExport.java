package org.moslora.onnx.export;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Predicate;
import org.moslora.diffusion.folder.Component;
import org.moslora.diffusion.folder.GeneratorFamily;
import org.moslora.diffusion.folder.Sites;
import org.moslora.diffusion.folder.TransformerFiles;
import org.moslora.generation.image.FlowFolder;
import org.moslora.onnx.graph.Element;
import org.moslora.onnx.graph.Graph;
import org.moslora.onnx.language.DecoderTextGraph;
import org.moslora.onnx.picture.Flux2Graph;
import org.moslora.onnx.picture.ZImageGraph;
import org.moslora.problems.FieldName;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.WeightSource;
import org.moslora.tensors.out.OwnFolder;

/**
 * Writes a Z-Image or a FLUX.2 klein as a folder laid out as Optimum lays out others, which has no class for these: {@code
 * text_encoder}, {@code transformer}, {@code vae_encoder} and {@code vae_decoder} by the graphs' own descriptions, tokenizer
 * and scheduler as they were.
 */
final class FlowExport {
    private FlowExport() {}

    /** Makes the transformer's graph. */
    private interface Transformers<C> {
        Graph of(C config, WeightSource weights, Element stored, Predicate<String> adaptable);
    }

    /**
     * Exports.
     *
     * @throws InvalidInput with everything that is wrong with the model, and tensors of adapters that do not fit
     */
    static void write(ExportRequest request, GeneratorFamily family) {
        if (request.stored() == Element.HALF) {
            throw new InvalidInput(
                    FieldName.of("precision"),
                    "must be fp32 with " + family.description() + ", whose states overflow in fp16");
        }
        Path model = request.model();
        if (family == GeneratorFamily.Z_IMAGE) {
            write(request, FlowFolder.zImage(model), ZImageGraph::of);
        } else {
            write(request, FlowFolder.flux2(model), Flux2Graph::of);
        }
    }

    private static <C> void write(ExportRequest request, FlowFolder<C> folder, Transformers<C> transformers) {
        try (TransformerFiles model = folder.files();
                ExportedAdapters adapting = ExportedAdapters.of(request, Sites.of(model), Map.of())) {
            OwnFolder.write(
                    request.out(),
                    partial -> write(folder, transformers, new PictureParts(request, model, adapting, partial)));
        }
    }

    private static <C> void write(FlowFolder<C> folder, Transformers<C> transformers, PictureParts parts)
            throws IOException {
        Element stored = parts.request().stored();
        Component text = Component.TEXT_ENCODER;
        Graph encoder = DecoderTextGraph.of(text.folder(), folder.text(), folder.after(), parts.weights(text), stored);
        parts.text(text, folder.text().layers(), encoder);
        Component denoiser = Component.TRANSFORMER;
        Predicate<String> adaptable = parts.adapting().inputs(denoiser.prefix());
        Graph transformer = transformers.of(folder.transformer(), parts.weights(denoiser), stored, adaptable);
        parts.write(denoiser, transformer, parts.config(denoiser));
        parts.autoencoder();
        parts.surroundings();
    }
}
