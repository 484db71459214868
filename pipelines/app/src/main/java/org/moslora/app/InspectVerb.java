package org.moslora.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.AdapterFile;
import org.moslora.adapters.Description;
import org.moslora.problems.InvalidInput;
import org.moslora.training.RunFolder;
import org.moslora.tuning.Inspection;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code moslora inspect}. */
@Command(name = "inspect", description = "Say what a model, adapter or run folder is.", mixinStandardHelpOptions = true)
final class InspectVerb implements Runnable {
    @Parameters(paramLabel = "PATH", description = "A model, adapter or run: a folder or a file.")
    private Path path = Path.of("");

    @Option(names = "--model", paramLabel = "M", description = "Say what of the adapter would bind to this model.")
    private @Nullable Path model;

    @Override
    public void run() {
        Path base = model;
        // An adapter's single file is no checkpoint, which alone holds a model.
        List<String> lines = DiffusionModel.isOne(path)
                ? DiffusionModel.described(path)
                : AdapterFile.isOne(path) ? List.of() : DiffusionModel.componentDescribed(path);
        if (lines.isEmpty()) {
            lines = new ArrayList<>(Inspection.of(path, base == null ? null : file -> binding(file, base)));
            Path left = new RunFolder(path).model();
            if (DiffusionModel.isOne(left)) {
                lines.addAll(DiffusionModel.described(left));
            }
        }
        lines.forEach(System.out::println);
        long misfits = lines.stream()
                .filter(line -> line.startsWith(Description.MISFIT))
                .count();
        if (misfits > 0) {
            throw new InvalidInput(
                    path.toString(),
                    "does not fit " + base + ": " + misfits + (misfits == 1 ? " thing does" : " things do")
                            + " not bind, as told above");
        }
    }

    private static List<String> binding(AdapterFile file, Path model) {
        return DiffusionModel.isOne(model) ? DiffusionModel.binding(file, model) : Inspection.binding(file, model);
    }
}
