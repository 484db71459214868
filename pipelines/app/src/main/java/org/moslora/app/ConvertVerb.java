package org.moslora.app;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.moslora.AdapterConversion;
import org.moslora.adapters.AdapterFormat;
import org.moslora.adapters.form.Truncation;
import org.moslora.problems.Messages;
import org.moslora.tensors.DType;
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
            converter = ModelPath.class,
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
        AdapterConversion conversion = AdapterConversion.of(adapter)
                .fitting(model)
                .cut(truncation)
                .as(type)
                .large(large)
                .overwrite(overwrite);
        AdapterConversion.Converted done =
                wanted == null ? conversion.writeForGraphs(out) : conversion.write(wanted, out);
        if (done.loss() != null) {
            done.loss().described().forEach(System.out::println);
        }
        done.remarks().forEach(Messages.stderr(quiet)::tell);
    }
}
