package org.moslora.app;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.moslora.AdapterMerge;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Messages;
import org.moslora.tensors.DType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code moslora merge}. */
@Command(
        name = "merge",
        description = "Write the model with adapters added into its weights, or several adapters as one.",
        mixinStandardHelpOptions = true)
final class MergeVerb implements Runnable {
    @Option(names = "--model", converter = ModelPath.class, paramLabel = "M", description = "The base model's folder.")
    private @Nullable Path model;

    @Option(names = "--to-adapter", description = "Write one adapter that equals all of them, and no model.")
    private boolean toAdapter;

    @Option(names = "--adapter", required = true, paramLabel = "A[:scale]", description = "May be given several times.")
    private List<String> adapters = List.of();

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "A new folder.")
    private Path out = Path.of("");

    @Option(names = "--dtype", paramLabel = "T", description = "fp32, fp16 or bf16; default: what the base has.")
    private @Nullable String dtype;

    @Option(
            names = "--requantize",
            description = "Add to a quantised model's weights too, and quantise them anew: most of an adapter is lost.")
    private boolean requantize;

    @Option(names = "--overwrite", description = "Replace what this program wrote at --out before.")
    private boolean overwrite;

    @Mixin
    private ThreadOption threads = new ThreadOption();

    @Option(names = "--quiet", description = "No progress and no remarks.")
    private boolean quiet;

    @Override
    public void run() {
        DType type = dtype == null ? null : type("--dtype", dtype);
        if (model == null && !toAdapter) {
            throw new InvalidInput("--model", "is missing: say which model to merge into, or give --to-adapter");
        }
        AdapterMerge merge = AdapterMerge.into(model)
                .as(type)
                .overwrite(overwrite)
                .requantize(requantize)
                .threads(threads.count())
                .messages(Messages.stderr(quiet));
        adapters.stream().map(ScaledAdapter::parse).forEach(one -> merge.with(one.path(), one.weight()));
        if (toAdapter) {
            merge.writeAdapter(out);
        } else {
            merge.write(out);
        }
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
