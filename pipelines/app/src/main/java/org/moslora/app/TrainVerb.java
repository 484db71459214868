package org.moslora.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.problems.InvalidInput;
import org.moslora.training.Pipeline;
import org.moslora.training.RunFolder;
import org.moslora.training.RunRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code moslora train}. */
@Command(name = "train", description = "Train what a recipe says.", mixinStandardHelpOptions = true)
final class TrainVerb implements Runnable {
    @ParentCommand
    private @Nullable MosloraCli program;

    @Parameters(
            arity = "0..*",
            paramLabel = "RECIPE.yaml [key=value ...]",
            description = "The recipe, and keys to override by their dotted path: adapter.rank=8.")
    private List<String> given = List.of();

    @Option(names = "--resume", paramLabel = "RUN", description = "Go on with this run; needs no recipe.")
    private @Nullable Path resume;

    @Option(names = "--device", paramLabel = "D", description = "cpu, cuda or cuda:N, over the recipe's.")
    private @Nullable String device;

    @Option(names = "--precision", paramLabel = "P", description = "fp32 or bf16, over the recipe's.")
    private @Nullable String precision;

    @Mixin
    private ThreadOption threads = new ThreadOption();

    @Option(
            names = "--workers",
            paramLabel = "N",
            description = "So many processes share each step's micro-batches; --threads counts in each.")
    private @Nullable Integer workers;

    @Option(names = "--as-worker", hidden = true)
    private boolean asWorker;

    @Option(names = "--quiet", description = "No progress and no remarks.")
    private boolean quiet;

    @Override
    public void run() {
        if (workers != null && workers < 1) {
            throw new InvalidInput("--workers", "must be at least 1, got " + workers);
        }
        RunRequest request = request(given, resume, device, precision, threads.count(), quiet);
        Pipeline pipeline = Pipelines.of(file(request), request.overrides());
        if (asWorker) {
            TeamWorker.run(pipeline, request);
        } else {
            Crew.of(program).train(pipeline, request, workers);
        }
    }

    /** What another machine is to do that shares this training. */
    SharedWork.Training shared(Path workingFolder) {
        RunRequest request = request(given, resume, device, precision, threads.count(), true);
        RunRequest there =
                new RunRequest(request.recipe(), request.overrides(), workingFolder, resume, request.threads(), true);
        return new SharedWork.Training(Pipelines.of(file(there), there.overrides()), there);
    }

    private Path file(RunRequest request) {
        Path recipe = request.recipe();
        Path file = recipe == null && resume != null ? new RunFolder(resume).recipe() : recipe;
        if (file == null) {
            throw new InvalidInput("train", "name a recipe file, or a run with --resume");
        }
        return file;
    }

    /** Sorts what stands on the command line into recipe and overrides. */
    static RunRequest request(
            List<String> given,
            @Nullable Path resume,
            @Nullable String device,
            @Nullable String precision,
            int threads,
            boolean quiet) {
        Path recipe = null;
        List<String> overrides = new ArrayList<>();
        for (String word : given) {
            boolean file = word.endsWith(".yaml") || word.endsWith(".yml");
            if (word.contains("=") && (!file || recipe != null)) {
                overrides.add(word);
            } else if (recipe == null) {
                recipe = Path.of(word);
            } else {
                throw new InvalidInput(word, "is neither the one recipe nor key=value");
            }
        }
        if (device != null) {
            overrides.add("device=" + device);
        }
        if (precision != null) {
            overrides.add("training.precision=" + precision);
        }
        return new RunRequest(recipe, overrides, Path.of("").toAbsolutePath(), resume, Math.max(1, threads), quiet);
    }
}
