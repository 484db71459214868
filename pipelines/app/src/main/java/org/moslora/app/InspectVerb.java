package org.moslora.app;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.moslora.tuning.Inspection;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code moslora inspect}. */
@Command(name = "inspect", description = "Say what a model, adapter or run folder is.", mixinStandardHelpOptions = true)
final class InspectVerb implements Runnable {
    @Parameters(paramLabel = "PATH", description = "A model, adapter or run folder.")
    private Path path = Path.of("");

    @Option(names = "--model", paramLabel = "M", description = "Say what of the adapter would bind to this model.")
    private @Nullable Path model;

    @Override
    public void run() {
        Inspection.of(path, model).forEach(System.out::println);
    }
}
