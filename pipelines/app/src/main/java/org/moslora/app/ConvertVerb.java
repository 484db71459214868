package org.moslora.app;

import java.nio.file.Path;
import org.moslora.adapters.AdapterFile;
import org.moslora.adapters.Conversion;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.DType;
import org.moslora.tensors.DurableFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code moslora convert}. */
@Command(
        name = "convert",
        description = "Write an adapter in another format, exactly.",
        mixinStandardHelpOptions = true)
final class ConvertVerb implements Runnable {
    @Option(names = "--adapter", required = true, paramLabel = "A", description = "An adapter folder or run folder.")
    private Path adapter = Path.of("");

    @Option(names = "--to", required = true, paramLabel = "FORMAT", description = "native or peft.")
    private String format = "";

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "A new folder.")
    private Path out = Path.of("");

    @Option(names = "--dtype", defaultValue = "fp32", paramLabel = "T", description = "fp32, fp16 or bf16.")
    private String dtype = "fp32";

    @Option(names = "--overwrite", description = "Replace what is at --out.")
    private boolean overwrite;

    @Override
    public void run() {
        DType type = MergeVerb.type("--dtype", dtype);
        if (!format.equals("native") && !format.equals("peft")) {
            throw new InvalidInput("--to", "must be native or peft, got \"" + format + "\"");
        }
        NewFolder.mustBeNew(out, overwrite);
        Engine.start(1);
        try (AdapterFile file = AdapterFile.open(adapter);
                Arena arena = Arena.open(Compute.cpu())) {
            DurableFiles.writeFolder(out, partial -> {
                if (format.equals("native")) {
                    Conversion.toNative(file, partial, arena, type);
                } else {
                    Conversion.toPeft(file, partial, arena, type);
                }
            });
        }
    }
}
