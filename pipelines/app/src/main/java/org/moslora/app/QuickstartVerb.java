package org.moslora.app;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.moslora.clip.ClipModel;
import org.moslora.datasets.shipped.ShippedModels;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.layers.quantised.CacheFolder;
import org.moslora.problems.Messages;
import org.moslora.quickstart.Bases;
import org.moslora.quickstart.Plan;
import org.moslora.quickstart.Quickstart;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code moslora quickstart}. */
@Command(
        name = "quickstart",
        description = "Tune two small models on drawn pictures, within minutes, and write a report of what changed.",
        mixinStandardHelpOptions = true)
final class QuickstartVerb implements Runnable {
    @Option(names = "--open", description = "Show the report in a browser.")
    private boolean open;

    @Option(names = "--out", defaultValue = "quickstart", paramLabel = "DIR", description = "The folder to be made.")
    private Path out = Path.of("quickstart");

    @Option(
            names = "--bases",
            defaultValue = "${env:" + Bases.VARIABLE + ":-}",
            paramLabel = "DIR",
            description = "The folder of the models, llava/, stable-diffusion/ and clip/, which judges; default: "
                    + Bases.VARIABLE + ", else those that ship with the program.")
    private String bases = "";

    @Option(names = "--seed", defaultValue = "0", paramLabel = "S", description = "The same seed, the same figures.")
    private long seed;

    @Option(names = "--overwrite", description = "Replace what an earlier quickstart has left in the folder.")
    private boolean overwrite;

    @Option(
            names = "--threads",
            converter = ThreadCount.class,
            paramLabel = "N",
            defaultValue = "1",
            description = "Default: 1; layers so small wait for each other longer than they compute.")
    private int threads = 1;

    @Option(names = "--quiet", description = "No progress.")
    private boolean quiet;

    @Override
    public void run() {
        Bases found =
                Bases.in(bases.isBlank() ? ShippedModels.in(CacheFolder.path(), System.err::println) : Path.of(bases));
        Messages messages = Messages.stderr(quiet);
        Quickstart quickstart = new Quickstart(
                new Quickstart.Request(out, overwrite, Plan.standard(seed), threads, quiet), new OwnVerbs());
        PrintWriter tables = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        Path report;
        try (ClipModel judge = judge(found)) {
            report = quickstart.run(found, judge, tables, messages);
        }
        boolean shown = open && Browser.open(report);
        tables.println((shown ? "The report is open in your browser: " : "The report: ") + report);
    }

    private @Nullable ClipModel judge(Bases found) {
        Path clip = found.clip();
        if (clip == null) {
            return null;
        }
        Engine.start(Math.max(1, threads));
        return ClipModel.open(clip, Compute.cpu());
    }
}
