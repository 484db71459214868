package org.moslora.onnx.export;

/** Writes a model that converses as graphs, with a tower or without. */
public final class LanguageModelExport {
    private LanguageModelExport() {}

    /**
     * Exports.
     *
     * @throws org.moslora.problems.InvalidInput with everything that is wrong with the model, and tensors of adapters
     *     that do not fit
     */
    public static void write(ExportRequest request) {
        if (TextExport.isOne(request.model())) {
            TextExport.write(request);
        } else {
            LlavaExport.write(request);
        }
    }
}
