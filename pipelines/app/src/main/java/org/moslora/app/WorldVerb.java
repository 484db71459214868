package org.moslora.app;

import java.nio.file.Path;
import java.util.List;
import org.moslora.console.progress.Progress;
import org.moslora.datasets.miniature.WorldFolder;
import org.moslora.models.NewFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code moslora world}. */
@Command(
        name = "world",
        description = "Draw a data set of the miniature world: pictures, conversations, captions, facts, tokenizers.",
        mixinStandardHelpOptions = true)
final class WorldVerb implements Runnable {
    @Option(names = "--out", required = true, paramLabel = "DIR", description = "The folder to be made.")
    private Path out = Path.of("");

    @Option(
            names = "--scenes",
            required = true,
            paramLabel = "N",
            description = "Pictures with questions; as many more have captions.")
    private int scenes;

    @Option(names = "--seed", defaultValue = "0", paramLabel = "S", description = "The same seed, the same bytes.")
    private long seed;

    @Option(names = "--overwrite", description = "Replace the folder if an earlier call left it.")
    private boolean overwrite;

    @Mixin
    private ThreadOption threads = new ThreadOption();

    @Option(names = "--quiet", description = "No progress.")
    private boolean quiet;

    @Override
    public void run() {
        NewFolder.taken(out, overwrite, null, List.of()).during(this::draw);
    }

    private void draw() {
        try (Progress progress = Progress.start("painting", WorldFolder.pictures(scenes), quiet)) {
            WorldFolder.write(out, scenes, seed, threads.count(), done -> progress.step(done, ""));
        }
    }
}
