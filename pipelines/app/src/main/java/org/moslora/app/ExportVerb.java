package org.moslora.app;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.layers.Engine;
import org.moslora.models.ModelOnDisk;
import org.moslora.models.NewFolder;
import org.moslora.onnx.export.ExportRequest;
import org.moslora.onnx.export.LanguageModelExport;
import org.moslora.onnx.export.PictureExport;
import org.moslora.onnx.graph.Element;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Messages;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code moslora export}. */
@Command(
        name = "export",
        description = "Write a model as ONNX graphs, with adapters added in or to be given at run time.",
        mixinStandardHelpOptions = true)
final class ExportVerb implements Runnable {
    @Option(
            names = "--model",
            converter = ModelPath.class,
            required = true,
            paramLabel = "M",
            description = "The model's folder.")
    private Path model = Path.of("");

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "A new folder.")
    private Path out = Path.of("");

    @Option(names = "--adapter", paramLabel = "A[:scale]", description = "May be given several times.")
    private List<String> adapters = List.of();

    @Option(
            names = "--adapters-as-inputs",
            description = "Layers take low-rank pairs as optional inputs: those that --adapter and --targets name.")
    private boolean inputs;

    @Option(names = "--targets", split = ",", paramLabel = "LIST", description = "Layers, as in a recipe.")
    private List<String> targets = List.of();

    @Option(names = "--external-data", description = "Weights beside the graphs, as they are above 2 GB anyway.")
    private boolean external;

    @Option(names = "--precision", defaultValue = "fp32", paramLabel = "P", description = "fp32 or fp16.")
    private String precision = "fp32";

    @Option(names = "--overwrite", description = "Replace what this program wrote at --out before.")
    private boolean overwrite;

    @Mixin
    private ThreadOption threads = new ThreadOption();

    @Option(names = "--quiet", description = "No remarks.")
    private boolean quiet;

    @Override
    public void run() {
        if (!targets.isEmpty() && !inputs) {
            throw new InvalidInput("--targets", "names layers for --adapters-as-inputs, which is not given");
        }
        if (!Files.exists(model)) {
            throw new InvalidInput("--model " + model, "there is nothing there");
        }
        List<ScaledAdapter> given = adapters.stream().map(ScaledAdapter::parse).toList();
        ExportRequest request = new ExportRequest(
                model, out, given, inputs, targets, external, stored(precision), Messages.stderr(quiet));
        NewFolder.taken(out, overwrite, model, given).during(() -> {
            Engine.start(threads.count());
            write(request);
        });
    }

    private void write(ExportRequest request) {
        if (ModelOnDisk.isDiffusion(model)) {
            PictureExport.write(request);
        } else {
            LanguageModelExport.write(request);
        }
    }

    private static Element stored(String precision) {
        return switch (precision) {
            case "fp32" -> Element.FLOAT;
            case "fp16" -> Element.HALF;
            default -> throw new InvalidInput("--precision", "must be fp32 or fp16, got \"" + precision + "\"");
        };
    }
}
