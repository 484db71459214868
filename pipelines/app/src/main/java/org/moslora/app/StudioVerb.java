package org.moslora.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.moslora.console.progress.StopRequest;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Messages;
import org.moslora.studio.Studio;
import org.moslora.studio.folders.Folders;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code moslora studio}. */
@Command(
        name = "studio",
        description = "A page in your browser, for this machine alone: runs, data, answers and pictures.",
        mixinStandardHelpOptions = true)
final class StudioVerb implements Runnable {
    private static final int HIGHEST_PORT = 65535;
    private static final long LOOK_MILLIS = 100;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--port", paramLabel = "N", description = "0: any that is free; default: 7700 or the next free.")
    private @Nullable Integer port;

    @Option(names = "--runs", paramLabel = "DIR", description = "Runs, the first folder for new ones; default: runs.")
    private List<Path> runs = new ArrayList<>();

    @Option(names = "--models", paramLabel = "DIR", description = "Models and adapters; may be given several times.")
    private List<Path> models = new ArrayList<>();

    @Option(names = "--data", paramLabel = "DIR", description = "Conversations, pictures, recipes; several times, too.")
    private List<Path> data = new ArrayList<>();

    @Option(names = "--open", description = "Show it in the desktop's browser.")
    private boolean open;

    @Option(names = "--token", paramLabel = "TOKEN", description = "What lets a browser in; default: a new one.")
    private @Nullable String token;

    @Option(
            names = "--threads",
            converter = ThreadCount.class,
            paramLabel = "N",
            description = "Of what it starts; default: OMP_NUM_THREADS, else the cores.")
    private @Nullable Integer threads;

    @Option(names = "--quiet", description = "No remarks.")
    private boolean quiet;

    @Override
    public void run() {
        if (port != null && (port < 0 || port > HIGHEST_PORT)) {
            throw new InvalidInput("--port", "must be from 0 to " + HIGHEST_PORT + ", got " + port);
        }
        List<Path> places = runs.isEmpty() ? List.of(Path.of("runs")) : runs;
        List<String> options = threads == null ? List.of() : List.of("--threads", threads.toString());
        Studio.Request request = new Studio.Request(port, new Folders(places, models, data), token, options);
        StopRequest.attending(() -> {
            try (Studio studio = Studio.open(request, OwnJava::command, Messages.stderr(quiet))) {
                Printed.line(spec, studio.address());
                if (open && !Browser.open(studio.address())) {
                    System.err.println("there is no desktop here to open it; copy the address into a browser");
                }
                waitForEnd();
            }
        });
    }

    private static void waitForEnd() {
        while (!StopRequest.isMade()) {
            try {
                TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            } catch (InterruptedException ending) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
