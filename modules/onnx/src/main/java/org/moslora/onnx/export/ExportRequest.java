package org.moslora.onnx.export;

import java.nio.file.Path;
import java.util.List;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.onnx.graph.Element;
import org.moslora.problems.Messages;

/**
 * What is to be exported.
 *
 * @param model the model's folder
 * @param out the new folder, which appears whole or not at all
 * @param adapters to be added into the weights, or with {@code inputs} only to name layers
 * @param inputs whether layers take low-rank pairs as optional inputs
 * @param targets layers that do so too, as a recipe's targets name them
 * @param external whether weights lie beside the graphs even where they would fit in
 * @param stored format of the weights and of what is computed
 * @param messages gets remarks for the user
 */
public record ExportRequest(
        Path model,
        Path out,
        List<ScaledAdapter> adapters,
        boolean inputs,
        List<String> targets,
        boolean external,
        Element stored,
        Messages messages) {
    public ExportRequest {
        adapters = List.copyOf(adapters);
        targets = List.copyOf(targets);
    }
}
