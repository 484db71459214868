package org.moslora.app;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.Description;
import org.moslora.models.Inspection;
import org.moslora.problems.InvalidInput;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code moslora inspect}. */
@Command(name = "inspect", description = "Say what a model, adapter or run folder is.", mixinStandardHelpOptions = true)
final class InspectVerb implements Runnable {
    @Parameters(
            paramLabel = "PATH",
            converter = ModelPath.class,
            description = "A model, adapter or run: a folder or a file.")
    private Path path = Path.of("");

    @Option(
            names = "--model",
            converter = ModelPath.class,
            paramLabel = "M",
            description = "Say what of the adapter would bind to this model.")
    private @Nullable Path model;

    @Override
    public void run() {
        List<String> lines = Inspection.of(path, model);
        lines.forEach(System.out::println);
        long misfits = lines.stream()
                .filter(line -> line.startsWith(Description.MISFIT))
                .count();
        if (misfits > 0) {
            throw new InvalidInput(
                    path.toString(),
                    "does not fit " + model + ": " + misfits + (misfits == 1 ? " thing does" : " things do")
                            + " not bind, as told above");
        }
    }
}
