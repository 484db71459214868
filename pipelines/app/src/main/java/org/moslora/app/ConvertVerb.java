package org.moslora.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.AdapterConversion;
import org.moslora.adapters.AdapterFile;
import org.moslora.adapters.AdapterFormat;
import org.moslora.adapters.Conversion;
import org.moslora.adapters.ConvertedSize;
import org.moslora.adapters.LoadedAdapters;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.adapters.form.Truncation;
import org.moslora.layers.Engine;
import org.moslora.models.ModelOnDisk;
import org.moslora.onnx.adapter.GraphAdapters;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Messages;
import org.moslora.tensors.DType;
import org.moslora.tensors.out.OutputLock;
import org.moslora.tensors.out.OutputPlace;
import org.moslora.tensors.out.OwnFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code moslora convert}. */
@Command(
        name = "convert",
        description = "Write an adapter in another format: exactly, or cut down to a rank.",
        mixinStandardHelpOptions = true)
final class ConvertVerb implements Runnable {
    /** What is no format of adapters on their own: files beside exported graphs. */
    private static final String GRAPHS = "onnx";

    @Option(
            names = "--adapter",
            required = true,
            paramLabel = "A",
            description = "An adapter folder or file in any readable format, or a run folder.")
    private Path adapter = Path.of("");

    @Option(
            names = "--to",
            required = true,
            paramLabel = "FORMAT",
            description = "native, peft, diffusers, kohya, lycoris or onnx.")
    private String format = "";

    @Option(
            names = "--out",
            required = true,
            paramLabel = "PATH",
            description = "A new folder; a file for kohya and lycoris.")
    private Path out = Path.of("");

    @Option(
            names = "--model",
            paramLabel = "M",
            description = "The model that it is for: checks that it fits, and gives exact block numbers.")
    private @Nullable Path model;

    @Option(
            names = "--rank",
            paramLabel = "N",
            description = "Cut every layer down to the nearest LoRA of at most this rank, and print what that loses.")
    private @Nullable Integer rank;

    @Option(
            names = "--energy",
            paramLabel = "E",
            description = "The same, to the rank that keeps this share of a layer's energy: above 0, at most 1.")
    private @Nullable Double energy;

    @Option(
            names = "--large",
            description = "Write exact pairs even where they are more than ten times as large as the adapter.")
    private boolean large;

    @Option(names = "--dtype", defaultValue = "fp32", paramLabel = "T", description = "fp32, fp16 or bf16.")
    private String dtype = "fp32";

    @Option(names = "--overwrite", description = "Replace what this program wrote at --out before.")
    private boolean overwrite;

    @Option(names = "--quiet", description = "No remarks.")
    private boolean quiet;

    @Override
    public void run() {
        DType type = MergeVerb.type("--dtype", dtype);
        AdapterFormat wanted = format.equals(GRAPHS) ? null : AdapterFormat.of(format);
        Truncation truncation = rank == null && energy == null ? null : Truncation.of(rank, energy);
        List<String> remarks = new ArrayList<>();
        taken(wanted).during(() -> convert(wanted, truncation, type, remarks));
        remarks.forEach(Messages.stderr(quiet)::tell);
    }

    private OutputLock taken(@Nullable AdapterFormat wanted) {
        List<Path> inputs = NewFolder.inputs(model, List.of(new ScaledAdapter(adapter, 1)));
        return wanted != null && wanted.isFile()
                ? OutputPlace.file(out, overwrite, inputs, Conversion::isOwnFile)
                : OutputPlace.folder(out, overwrite, inputs);
    }

    private void convert(
            @Nullable AdapterFormat wanted, @Nullable Truncation truncation, DType type, List<String> remarks) {
        Engine.start(1);
        if (truncation == null) {
            convert(adapter, wanted, type, remarks);
            return;
        }
        try (CutAdapter cut = CutAdapter.of(adapter, truncation, model)) {
            convert(cut.folder(), wanted, type, remarks);
            cut.loss().described().forEach(System.out::println);
        }
    }

    private void convert(Path source, @Nullable AdapterFormat wanted, DType type, List<String> remarks) {
        if (wanted == null) {
            forGraphs(source, type, remarks);
            return;
        }
        try (AdapterFile file = AdapterFile.open(source)) {
            sizeOf(file, wanted, type);
            remarks.addAll(AdapterConversion.write(wanted, file, out, type, ModelOnDisk.sites(model)));
        }
    }

    /** Tells of an adapter that becomes much larger, or refuses it. */
    private void sizeOf(AdapterFile file, @Nullable AdapterFormat wanted, DType type) {
        ConvertedSize size = ConvertedSize.of(file, wanted, type);
        if (size.isLarge() && rank == null && energy == null) {
            if (!large) {
                size.mustBeSmall();
            }
            Messages.stderr(quiet).tell(size.described());
        }
    }

    /** One {@code .onnx_adapter} for each graph that the adapter touches. */
    private void forGraphs(Path source, DType type, List<String> remarks) {
        if (type == DType.BF16) {
            throw new InvalidInput("--dtype", "must be fp32 or fp16 with --to onnx, as the graphs are");
        }
        try (LoadedAdapters adapters = LoadedAdapters.open(List.of(new ScaledAdapter(source, 1)))) {
            sizeOf(adapters.files().get(0), null, type);
            var components = GraphAdapters.materialize(adapters, ModelOnDisk.sites(model));
            OwnFolder.write(out, partial -> GraphAdapters.write(partial, components, type));
            remarks.addAll(adapters.files().get(0).remarks());
        }
    }
}
