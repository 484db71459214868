package org.moslora.app;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.layers.Engine;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.DType;
import org.moslora.tuning.Merging;
import org.moslora.tuning.Messages;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code moslora merge}. */
@Command(
        name = "merge",
        description = "Write the model with adapters added into its weights.",
        mixinStandardHelpOptions = true)
final class MergeVerb implements Runnable {
    @Option(names = "--model", required = true, paramLabel = "M", description = "The base model's folder.")
    private Path model = Path.of("");

    @Option(names = "--adapter", required = true, paramLabel = "A[:scale]", description = "May be given several times.")
    private List<String> adapters = List.of();

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "A new folder.")
    private Path out = Path.of("");

    @Option(names = "--dtype", paramLabel = "T", description = "fp32, fp16 or bf16; default: what the base has.")
    private @Nullable String dtype;

    @Option(names = "--overwrite", description = "Replace what is at --out.")
    private boolean overwrite;

    @Option(names = "--threads", paramLabel = "N", description = "Default: OMP_NUM_THREADS, else the cores.")
    private int threads = Engine.defaultThreads();

    @Option(names = "--quiet", description = "No progress and no remarks.")
    private boolean quiet;

    @Override
    public void run() {
        DType type = dtype == null ? null : type("--dtype", dtype);
        NewFolder.mustBeNew(out, overwrite);
        Engine.start(Math.max(1, threads));
        Merging.merge(model, adapters.stream().map(ScaledAdapter::parse).toList(), out, type, Messages.stderr(quiet));
    }

    /** Reads the name of a number format. */
    static DType type(String option, String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "fp32" -> DType.F32;
            case "fp16" -> DType.F16;
            case "bf16" -> DType.BF16;
            default -> throw new InvalidInput(option, "must be fp32, fp16 or bf16, got \"" + name + "\"");
        };
    }
}
